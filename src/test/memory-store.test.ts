import { describe } from "vitest";
import { runFacts } from "./attempts";
import { MemoryStore } from "./memory-store";
import { CONTRACT_STEPS, testStoreContract } from "./store-contract";

describe("the store in memory", () => {
  testStoreContract(async () => {
    const store = new MemoryStore(runFacts("/project", CONTRACT_STEPS), () => Date.now());
    return {
      id: store.run.id,
      stores: [store, store],
      setStatus: async (status) => {
        store.status = status;
      },
      clearClaim: async () => {
        store.claimed = false;
      },
      isQueued: async () => store.queued.length > 0,
    };
  });
});
