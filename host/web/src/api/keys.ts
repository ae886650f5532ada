// The names under which answers are kept. A key starts with its noun, so that `["projects"]` stands for all of them.
export const keys = {
  session: ["session"] as const,
  orgs: ["orgs"] as const,
  projects: ["projects"] as const,
  projectsOf: (orgId: string) => ["projects", "of", orgId] as const,
  project: (projectId: string) => ["projects", projectId] as const,
  conversations: ["conversations"] as const,
  conversation: (conversationId: string) => ["conversations", conversationId] as const,
  messages: (conversationId: string) => ["messages", conversationId] as const,
  files: ["files"] as const,
  filesOf: (projectId: string) => ["files", "of", projectId] as const,
  file: (fileId: string) => ["files", fileId] as const,
  models: ["models"] as const,
  generatedFiles: ["generated-files"] as const,
  generatedFile: (generatedFileId: string) => ["generated-files", generatedFileId] as const,
  suggestions: ["suggestions"] as const,
};
