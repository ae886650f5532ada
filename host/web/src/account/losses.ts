// What goes with the account, and which organisations it cannot leave behind: the server's rules, told beforehand.
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { membersQuery } from "../api/members";
import { type Org, orgsQuery } from "../api/orgs";
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

export function useLosses() {
  const client = useQueryClient();
  const account = useAccount();
  return useQuery({
    queryKey: ["losses"],
    // Whoever looks at this wants to know how things are now.
    staleTime: 0,
    gcTime: 0,
    queryFn: async (): Promise<Losses> => {
      const orgs = await client.query(orgsQuery);
      const shared = orgs.filter((org) => !org.personal);
      const peopled = await Promise.all(
        shared.map(async (org) => {
          const others = (await client.query(membersQuery(org.id))).filter(({ user_id }) => user_id !== account.id);
          return { org, others };
        }),
      );
      const fates = peopled.map(({ org, others }) => ({ org, fate: fateOf(org, others) }));
      const having = (fate: Fate) => fates.filter((known) => known.fate === fate).map(({ org }) => org);
      const going = [...orgs.filter((org) => org.personal), ...having("goes")];
      const [projects, usages] = await Promise.all([
        Promise.all(going.map((org) => client.query(projectsQuery(org.id)))),
        Promise.all(going.map((org) => client.query(usageQuery(org.id)))),
      ]);
      return {
        projects: projects.flat().length,
        files: usages.reduce((sum, usage) => sum + usage.files, 0),
        bytes: usages.reduce((sum, usage) => sum + usage.bytes, 0),
        orgs: having("goes"),
        left: having("stays"),
        inTheWay: having("in the way"),
      };
    },
  });
}

type Fate = "goes" | "stays" | "in the way";

function fateOf(org: Org, others: readonly { role: string }[]): Fate {
  if (others.length === 0) return "goes";
  return org.role === "owner" && !others.some(({ role }) => role === "owner") ? "in the way" : "stays";
}
