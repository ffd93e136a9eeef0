import { describe, expect, it } from "vitest";
import { readSettings } from "./settings";

const read = (env: Record<string, string>) => readSettings({ NODE_ENV: "test", ...env });

const S3 = { PHASEBOARD_STORAGE: "s3", PHASEBOARD_S3_BUCKET: "board" };

describe("the settings of the storage", () => {
  it("are the local folder where nothing is said", () => {
    expect(read({}).storage).toBe("local");
  });

  it("are AWS where only a bucket is named", () => {
    expect(read(S3).storage).toEqual({
      bucket: "board",
      endpoint: undefined,
      region: "us-east-1",
      prefix: "",
      credentials: undefined,
      forcePathStyle: false,
    });
  });

  it("are another store where its address is given", () => {
    const env = {
      ...S3,
      PHASEBOARD_S3_ENDPOINT: "http://127.0.0.1:9000",
      PHASEBOARD_S3_PREFIX: "boards/one",
      PHASEBOARD_S3_ACCESS_KEY_ID: "id",
      PHASEBOARD_S3_SECRET_ACCESS_KEY: "secret",
    };
    expect(read(env).storage).toMatchObject({
      endpoint: "http://127.0.0.1:9000",
      prefix: "boards/one",
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
      forcePathStyle: true,
    });
    expect(read({ ...env, PHASEBOARD_S3_FORCE_PATH_STYLE: "false" }).storage).toMatchObject({
      forcePathStyle: false,
    });
  });

  it.each<[string, Record<string, string>]>([
    ["PHASEBOARD_STORAGE", { PHASEBOARD_STORAGE: "ftp" }],
    ["PHASEBOARD_S3_BUCKET", { PHASEBOARD_STORAGE: "s3" }],
    ["PHASEBOARD_S3_BUCKET", { ...S3, PHASEBOARD_S3_BUCKET: "Not A Bucket" }],
    ["PHASEBOARD_S3_ENDPOINT", { ...S3, PHASEBOARD_S3_ENDPOINT: "127.0.0.1:9000" }],
    ["PHASEBOARD_S3_PREFIX", { ...S3, PHASEBOARD_S3_PREFIX: "../out" }],
    ["PHASEBOARD_S3_SECRET_ACCESS_KEY", { ...S3, PHASEBOARD_S3_ACCESS_KEY_ID: "id" }],
    ["PHASEBOARD_S3_ACCESS_KEY_ID", { ...S3, PHASEBOARD_S3_SECRET_ACCESS_KEY: "secret" }],
    ["PHASEBOARD_S3_FORCE_PATH_STYLE", { ...S3, PHASEBOARD_S3_FORCE_PATH_STYLE: "maybe" }],
  ])("stop with one line that names %s", (name, env) => {
    expect(() => read(env)).toThrow(new RegExp(`^${name} [^\\n]+$`));
  });
});

describe("the settings of the web server", () => {
  it.each<[string, string]>([
    ["NEXTAUTH_URL", "https://example.com/board"],
    ["NEXTAUTH_URL", "https://example.com/board/"],
    ["NEXTAUTH_URL", "https://example.com/?a=b"],
    ["NEXTAUTH_URL", "board.example.com"],
    ["NEXTAUTH_URL", "https://:pass@example.com"],
    ["HOST", "http://127.0.0.1"],
    ["HOST", "foo bar"],
    ["HOST", "localhost:3000"],
    ["HOST", "[::1]"],
    ["HOST", "256.0.0.1"],
    ["HOST", "a/b"],
    ["PHASEBOARD_TRUST_PROXY", "nginx"],
    ["PHASEBOARD_TRUST_PROXY", "10.0.0.0/99"],
    ["PHASEBOARD_CORS_ORIGINS", "*"],
    ["PHASEBOARD_CORS_ORIGINS", "https://a.example.com/app"],
    ["PHASEBOARD_CORS_ORIGINS", "https://a.example.com b.example.com"],
  ])("%s is refused where it is %s, in one line", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} must [^\\n]+$`));
  });

  it.each(["http://h/", "http://h/.", "http://h/?", "http://h/#", "HTTP://H/./", "http://h:80/a/.."])(
    "keep the origin of %s alone",
    (address) => expect(read({ NEXTAUTH_URL: address }).url).toBe("http://h"),
  );

  it.each([
    ["127.0.0.1", "http://127.0.0.1:3000"],
    ["::1", "http://[::1]:3000"],
    ["0.0.0.0", "http://0.0.0.0:3000"],
    ["board-1.example.com", "http://board-1.example.com:3000"],
    ["localhost", "http://localhost:3000"],
  ])("listen at %s", (host, url) => {
    expect(read({ HOST: host })).toMatchObject({ host, url });
  });

  it("take an address with a slash behind it, and lists", () => {
    expect(read({ NEXTAUTH_URL: "https://board.example.com/" }).url).toBe("https://board.example.com");
    const origins = "https://a.example.com, http://b.example.com:8080/";
    expect(read({ PHASEBOARD_CORS_ORIGINS: origins }).corsOrigins).toEqual([
      "https://a.example.com",
      "http://b.example.com:8080",
    ]);
    expect(read({ PHASEBOARD_TRUST_PROXY: "1" }).trustProxy).toBe(1);
    expect(read({}).trustProxy).toBe(null);
  });
});

describe("what steps get of the server's environment", () => {
  it("is a list of names that the administrator makes", () => {
    expect(read({ PHASEBOARD_PASS_ON: " SSH_AUTH_SOCK, HTTPS_PROXY\nX" }).passOn).toEqual([
      "SSH_AUTH_SOCK",
      "HTTPS_PROXY",
      "X",
    ]);
    expect(read({}).passOn).toEqual([]);
  });

  it.each(["SSH-AUTH", "1X", "A=b", "DATABASE_URL", "X,NEXTAUTH_SECRET", "PHASEBOARD_ADMIN_PASSWORD"])(
    "cannot hold %s",
    (names) => {
      expect(() => read({ PHASEBOARD_PASS_ON: names })).toThrow(/^PHASEBOARD_PASS_ON must name [^\n]+$/);
    },
  );
});

describe("what processes in a box may take", () => {
  it("is a number of processes, unless the administrator says otherwise", () => {
    expect(read({}).boxLimits).toEqual({ processes: 4096 });
    expect(read({ PHASEBOARD_BOX_LIMITS: "none" }).boxLimits).toEqual({});
    expect(read({ PHASEBOARD_BOX_LIMITS: "memory=8G, cpu=60" }).boxLimits).toEqual({
      memory: 8 * 2 ** 30,
      cpu: 60,
    });
  });

  it.each(["processes", "processes=0", "cpu=1G", "memory=8T", "files=3", "memory=-1"])(
    "cannot be %s",
    (limits) => {
      expect(() => read({ PHASEBOARD_BOX_LIMITS: limits })).toThrow(/^PHASEBOARD_BOX_LIMITS must be [^\n]+$/);
    },
  );
});

describe("folders that are listed", () => {
  it.each(["PHASEBOARD_PROJECT_ROOTS", "PHASEBOARD_BOX_FOLDERS"])("are absolute in %s", (name) => {
    expect(() => read({ [name]: "/srv/code:code" })).toThrow(`${name} must list absolute folders`);
    expect(() => read({ [name]: "/srv/code:/srv/more" })).not.toThrow();
  });
});

describe("who makes projects", () => {
  it("is administrators, or everybody", () => {
    expect(read({}).projectCreators).toBe("administrators");
    expect(read({ PHASEBOARD_PROJECT_CREATORS: "everybody" }).projectCreators).toBe("everybody");
    expect(() => read({ PHASEBOARD_PROJECT_CREATORS: "all" })).toThrow(/administrators or everybody/);
  });
});

it("says what is wrong with a password or an address that holds one, and not what it is", () => {
  const wrong: Record<string, string>[] = [
    { PHASEBOARD_ADMIN_PASSWORD: "hunter2" },
    { NEXTAUTH_SECRET: "hunter2" },
    { DATABASE_URL: "mysql://root:hunter2@h" },
  ];
  for (const env of wrong) {
    expect(() => read(env)).toThrow(new RegExp(`^${Object.keys(env)[0]} (?!.*hunter2)[^\n]+$`));
  }
});
