// Which answer something belongs to, where the reader may do something with it.
import { createContext, use } from "react";

export interface AnswerPlace {
  projectId: string;
  messageId: string;
}

export const AnswerPlaceContext = createContext<AnswerPlace | undefined>(undefined);

export function useAnswerPlace(): AnswerPlace | undefined {
  return use(AnswerPlaceContext);
}
