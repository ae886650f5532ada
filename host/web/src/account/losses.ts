// What goes with the account, and which organisations it cannot leave behind: the server's rules, told beforehand.
import { useQueries } from "@tanstack/react-query";

import type { ApiError } from "../api/error";
import { membersQuery, type Membership } from "../api/members";
import { type Org, useOrgs } from "../api/orgs";
import { projectsQuery } from "../api/projects";
import { useAccount } from "../api/session";
import { usageQuery } from "../api/usage";

export interface Losses {
  projects: number;
  files: number;
  bytes: number;
  /** Shared organisations that go too, since nobody else is in them. */
  orgs: readonly Org[];
  /** Organisations that stay, without the account. */
  left: readonly Org[];
  /** Organisations with other members and no other owner. */
  inTheWay: readonly Org[];
}

interface Counted {
  /** Undefined until everything is known. */
  losses: Losses | undefined;
  error: ApiError | null;
  refetch: () => unknown;
}

export function useLosses(): Counted {
  const account = useAccount();
  const orgs = useOrgs();
  const shared = orgs.data?.filter((org) => !org.personal) ?? [];
  const members = useQueries({ queries: shared.map((org) => membersQuery(org.id)) });
  const fates = shared.map((org, at) => ({ org, fate: fateOf(org, members[at]?.data, account.id) }));
  const having = (fate: Fate) => fates.filter((known) => known.fate === fate).map(({ org }) => org);

  const going = [...(orgs.data?.filter((org) => org.personal) ?? []), ...having("goes")];
  const projects = useQueries({ queries: going.map((org) => projectsQuery(org.id)) });
  const usages = useQueries({ queries: going.map((org) => usageQuery(org.id)) });

  const read = [orgs, ...members, ...projects, ...usages];
  return {
    losses: read.every(({ isSuccess }) => isSuccess)
      ? {
          projects: projects.reduce((sum, { data }) => sum + (data?.length ?? 0), 0),
          files: usages.reduce((sum, { data }) => sum + (data?.files ?? 0), 0),
          bytes: usages.reduce((sum, { data }) => sum + (data?.bytes ?? 0), 0),
          orgs: having("goes"),
          left: having("stays"),
          inTheWay: having("in the way"),
        }
      : undefined,
    error: read.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => Promise.all(read.filter(({ isError }) => isError).map((query) => query.refetch())),
  };
}

type Fate = "goes" | "stays" | "in the way";

function fateOf(org: Org, members: readonly Membership[] | undefined, accountId: string): Fate | undefined {
  const others = members?.filter(({ user_id }) => user_id !== accountId);
  if (others === undefined) return undefined;
  if (others.length === 0) return "goes";
  return org.role === "owner" && !others.some(({ role }) => role === "owner") ? "in the way" : "stays";
}
