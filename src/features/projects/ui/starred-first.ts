/** Projects in their order, those that somebody starred before the others. */
export const starredFirst = <P extends { starred: boolean }>(projects: readonly P[]): P[] => [
  ...projects.filter(({ starred }) => starred),
  ...projects.filter(({ starred }) => !starred),
];
