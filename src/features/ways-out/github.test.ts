import { describe, expect, it } from "vitest";
import { repositoryOf } from "./github";

const of = (url: string, api: string | null = null) => repositoryOf({ name: "origin", url }, api);

describe("the repository that a remote's address names", () => {
  it.each([
    ["https://github.com/acme/site.git", "https://api.github.com"],
    ["https://ada@github.com/acme/site", "https://api.github.com"],
    ["git@github.com:acme/site.git", "https://api.github.com"],
    ["ssh://git@github.com/acme/site.git", "https://api.github.com"],
    ["ssh://git@ssh.github.com:443/acme/site.git", "https://api.github.com"],
    ["https://git.example.com/acme/site.git", "https://git.example.com/api/v3"],
    ["ssh://git@git.example.com:2222/acme/site.git/", "https://git.example.com/api/v3"],
    ["http://git.example.com:8080/acme/site.git", "http://git.example.com:8080/api/v3"],
    ["git@acme.ghe.com:acme/site.git", "https://api.acme.ghe.com"],
  ])("%s", (url, api) => {
    expect(of(url)).toEqual({ api, owner: "acme", repo: "site" });
  });

  it("goes by the address that the settings give, also for a folder", () => {
    expect(of("/srv/git/acme/site.git", "http://127.0.0.1:9/api/v1/")).toEqual({
      api: "http://127.0.0.1:9/api/v1",
      owner: "acme",
      repo: "site",
    });
  });

  it.each(["/srv/git/acme/site.git", "https://gitlab.com/group/sub/site.git", "https://github.com/site"])(
    "is none: %s",
    (url) => {
      expect(of(url)).toEqual({ refusal: expect.stringContaining("needs a remote at GitHub") });
    },
  );
});
