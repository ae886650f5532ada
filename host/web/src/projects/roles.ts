import { isAtLeast, type Role, ROLES } from "../api/orgs";

/** What a role is called and what it may, for people. */
export const ROLE_WORDS: Record<Role, { name: string; may: string }> = {
  viewer: { name: "Viewer", may: "Can view everything, but change nothing." },
  member: { name: "Member", may: "Can work with projects, files, prompts and conversations." },
  admin: { name: "Admin", may: "Like a member; can also invite people and change roles." },
  owner: { name: "Owner", may: "Can do everything, including deleting the organisation." },
};

/** The roles that somebody with `own` can give, the one that may least first. */
export function givable(own: Role): Role[] {
  return ROLES.filter((role) => isAtLeast(own, role));
}

/** Whether somebody with `own` can change the membership of somebody with `theirs`. */
export function mayManage(own: Role, theirs: Role): boolean {
  return isAtLeast(own, "admin") && (theirs !== "owner" || own === "owner");
}
