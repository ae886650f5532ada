// Where the bytes of generated files come from: the conversation itself, or the link by which it is shared.
import { createContext, use } from "react";

import { contentAddress } from "../api/generated-files";
import { type WholeTable, wholeTableOf } from "../api/whole-tables";

export interface Addresses {
  content: (generatedFileId: string) => string;
  /** All rows of a table that an answer shows. */
  wholeTable: (answerId: string, runId: string, number: number) => WholeTable;
  /** Whether the rows of a generated table can be asked for. */
  hasRows: boolean;
}

/** A page that shows answers to others than members puts its own around them. */
export const AddressesContext = createContext<Addresses>({
  content: contentAddress,
  wholeTable: wholeTableOf,
  hasRows: true,
});

export function useAddresses(): Addresses {
  return use(AddressesContext);
}
