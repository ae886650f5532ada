import { isAtLeast, type Role, ROLES } from "../api/orgs";

/** What a role is called and what it may, for people. */
export const ROLE_WORDS: Record<Role, { name: string; may: string }> = {
  viewer: { name: "Viewer", may: "Sees everything, changes nothing." },
  member: { name: "Member", may: "Works with projects, files, prompts and conversations." },
  admin: { name: "Admin", may: "As a member; also invites people and changes roles." },
  owner: { name: "Owner", may: "Everything, including deleting the organisation." },
};

/** The roles that somebody with `own` can give, the one that may least first. */
export function givable(own: Role): Role[] {
  return ROLES.filter((role) => isAtLeast(own, role));
}

/** Whether somebody with `own` can change the membership of somebody with `theirs`. */
export function mayManage(own: Role, theirs: Role): boolean {
  return isAtLeast(own, "admin") && (theirs !== "owner" || own === "owner");
}
