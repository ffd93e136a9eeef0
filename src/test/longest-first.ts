import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longer than the rest, the longest first: begun late, one would go on alone at the end. */
const LONGEST = [
  "chaos/failpoints",
  "cli/supervisor",
  "chaos/chaos",
  "db/embedded",
  "worker/code/code",
  "worker/presence/trees",
  "worker/presence/crash",
  "worker/claims/approval",
  "worker/agents/agents",
  "worker/agents/broken-off",
  "worker/claims/lease",
  "worker/logs/logs",
  "worker/claims/waiting",
  "client/packed-client",
  "api/access",
  "features/room/room",
  "cli/full-disk",
  "cli/backup/backup",
  "box/out-of-reach",
];

/** Starts the files of tests in an order in which the workers end together. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`src/${name}.int.test.ts`));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
