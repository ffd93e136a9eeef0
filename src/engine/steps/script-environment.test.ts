import { afterEach, expect, it, vi } from "vitest";
import { passedOn } from "./script-environment";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("passes on a few of the server's variables, and those that the administrator lists", () => {
  const server = { NODE_ENV: "test" as const, PATH: "/bin", SSH_AUTH_SOCK: "/agent", GITHUB_TOKEN: "t" };
  expect(passedOn(server)).toEqual({ PATH: "/bin" });
  vi.stubEnv("PHASEBOARD_PASS_ON", "SSH_AUTH_SOCK, NOT_THERE");
  expect(passedOn(server)).toEqual({ PATH: "/bin", SSH_AUTH_SOCK: "/agent" });
});
