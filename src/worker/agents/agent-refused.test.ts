import { RequestError } from "@agentclientprotocol/sdk";
import { expect, it } from "vitest";
import type { AgentDefinition } from "../../engine/agent-settings/parse-agents";
import { AgentRefused, signInRefused } from "./agent-refused";

const agent = { name: "player", command: "gemini", args: ["--acp"], auth: "api-key" } as unknown;

function refused(error: Error, ways: string[]): AgentRefused {
  try {
    return signInRefused(agent as AgentDefinition, ways)(error);
  } catch (thrown) {
    return thrown as AgentRefused;
  }
}

it.each([
  RequestError.invalidParams({ details: "no key is set" }),
  RequestError.internalError({ details: "no key is set" }),
  RequestError.authRequired({ details: "no key is set" }),
])("a sign-in that is answered with $code is final, and says what there is and what it needs", (error) => {
  const { isFinal, message } = refused(error, ["api-key", "oauth"]);
  expect(isFinal).toBe(true);
  expect(message).toContain(
    `refused the sign-in "api-key" (${error.message}: no key is set (${error.code}))`,
  );
  expect(message).toMatch(/; it offers api-key, oauth: give it GEMINI_API_KEY by the step's secrets, choose/);
  expect(refused(error, []).message).toMatch(/; it offers no way to sign in: .* leave out auth in /);
});

it("a connection that breaks while it signs in is no refusal", () => {
  const broken = new Error("closed");
  expect(refused(broken, [])).toBe(broken);
  expect(broken).not.toBeInstanceOf(AgentRefused);
});
