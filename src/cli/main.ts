import { delimiter } from "node:path";
import { Command } from "commander";
import { starterPath } from "../lib/environment";
import { productVersion } from "../lib/product-version";
import { explain, say } from "./output";

/*
 * Each command imports what it needs when it is called: the supervisor should not load Next or the engine,
 * and short commands should start quickly.
 */

// Drop what npm added to PATH, since steps should see the PATH of the person who started the server.
const path = starterPath(process.env, delimiter);
if (path !== undefined) process.env.PATH = path;

const program = new Command("phaseboard")
  .description("A self-hosted board where a team runs workflows and works on them together.")
  .version(productVersion())
  .showHelpAfterError("Run with --help for what there is.");

program
  .command("start")
  .description("start everything: the embedded database, the web server and the workers")
  .option("--dev", "with hot reload, for working on Phaseboard itself")
  .action(async ({ dev = false }: { dev?: boolean }) => (await import("./supervisor")).supervise({ dev }));

program
  .command("web")
  .description("start a web server alone, beside a database that runs")
  .action(async () => {
    const { prepareStandalone } = await import("./standalone");
    await prepareStandalone("web");
    await import("./web");
  });

program
  .command("worker")
  .description("start a worker alone, beside a database that runs")
  .action(async () => {
    const { prepareStandalone } = await import("./standalone");
    await prepareStandalone("worker");
    await import("./worker");
  });

program
  .command("demo-agent")
  .description("an agent without a model, for trying things out: it speaks the Agent Client Protocol")
  .option("--pace <ms>", "time between the things that it does", "400")
  .action(async ({ pace }: { pace: string }) =>
    (await import("./demo-agent/demo-agent")).runDemoAgent({ pace: Number(pace) || 0 }),
  );

program
  .command("build")
  .description("build what is older than the sources, as the first start does")
  .action(() => say("Everything is built"));

program
  .command("migrate")
  .description("bring the database up to date")
  .action(async () => (await import("./accounts")).runMigrate());

program
  .command("backup")
  .description("write database, project folders and secret into one file, also while Phaseboard works")
  .argument("<file>", "the archive to write; a tar in gzip")
  .option("--without-secret", "leave out the secret, and the homes in which agents keep their sign-in")
  .action(async (file: string, { withoutSecret = false }: { withoutSecret?: boolean }) =>
    (await import("./backup/backup")).runBackup(file, { withoutSecret }),
  );

program
  .command("restore")
  .description("make an installation whole from a backup, in an empty data folder and an empty database")
  .argument("<file>", "the archive that phaseboard backup has written")
  .action(async (file: string) => (await import("./backup/restore")).runRestore(file));

const user = program.command("user").description("people and their accounts");

user
  .command("list")
  .description("everybody with an account, one a line")
  .option("--json", "as JSON")
  .action(async (options) => (await import("./people")).runUserList(options));

user
  .command("create")
  .description("make an account; the password is asked for, or read from standard input")
  .requiredOption("--email <address>", "the address to sign in with")
  .requiredOption("--name <name>", "what others see")
  .option("--password <password>", "shows in ps and in the shell's history: leave it out")
  .option("--admin", "an administrator of the installation")
  .action(async (options) => (await import("./people")).runUserCreate(options));

user
  .command("invite")
  .description("make an account and print the link by which its person comes in; it works once, for 7 days")
  .requiredOption("--email <address>", "the address to sign in with")
  .requiredOption("--name <name>", "what others see")
  .option("--admin", "an administrator of the installation")
  .action(async (options) => (await import("./people")).runUserInvite(options));

user
  .command("reset")
  .description("print a link by which the person sets a new password; it works once, for 24 hours")
  .requiredOption("--email <address>", "whose")
  .action(async (options) => (await import("./people")).runUserReset(options));

user
  .command("update")
  .description("change a person")
  .requiredOption("--email <address>", "whom")
  .option("--name <name>", "what others see")
  .option("--new-email <address>", "the address to sign in with from now on")
  .option("--admin", "an administrator of the installation")
  .option("--no-admin", "no administrator any more")
  .action(async (options) => (await import("./people")).runUserUpdate(options));

user
  .command("disable")
  .description("shut a person out: sessions, tokens and open boards of theirs end at once")
  .requiredOption("--email <address>", "whom")
  .action(async (options) => (await import("./people")).runUserSwitch(options, true));

user
  .command("enable")
  .description("let a disabled person in again; tokens of theirs stay ended")
  .requiredOption("--email <address>", "whom")
  .action(async (options) => (await import("./people")).runUserSwitch(options, false));

program
  .command("token")
  .description("API tokens")
  .command("create")
  .description("make a token and print it; it cannot be shown again")
  .requiredOption("--email <address>", "whose token it is")
  .requiredOption("--name <name>", "what it is for")
  .option("--scope <scope>", "read, run (and read), or write (all that its person may)", "write")
  .option(
    "--project <project>",
    "the one project that it sees, by its id or its name in addresses; all without it",
  )
  .option("--expires <end>", "days (30d), a day (2027-03-31) or never; 90d without it")
  .action(async (options) => (await import("./accounts")).runTokenCreate(options));

const secret = program
  .command("secret")
  .description("the secret under which this database's secrets are sealed");
secret
  .command("adopt")
  .description(
    "take the present NEXTAUTH_SECRET where the former one is lost; every secret has to be set again",
  )
  .action(async () => (await import("./accounts")).runSecretAdopt());
secret
  .command("rotate")
  .description("make a new secret and seal everything anew under it; Phaseboard must not run")
  .action(async () => (await import("./rotate-secret")).runSecretRotate());

const project = program.command("project").description("one project, to be moved to another installation");
project
  .command("export")
  .description("write a project's history and files into one file")
  .argument("<project>", "the project's name in addresses, or its id")
  .argument("<file>", "the archive to write; a tar in gzip")
  .action(async (given: string, file: string) => (await import("./move-project")).runExport(given, file));
project
  .command("import")
  .description("make a project of such a file")
  .argument("<file>", "the archive")
  .requiredOption("--email <address>", "the administrator who then owns the project")
  .action(async (file: string, { email }: { email: string }) =>
    (await import("./move-project")).runImport(file, email),
  );

program
  .command("retention")
  .description("for how long runs, logs, artifacts and events are kept; without options it says so")
  .argument("[project]", "the project's name in addresses, or its id; without it, the installation's default")
  .option("--runs <age>", "ended runs, with all that is theirs: 90d, 36h, forever, or default")
  .option("--logs <age>", "logs of ended runs")
  .option("--artifacts <age>", "files of artifacts of ended runs")
  .option("--events <age>", "events, which streams give again")
  .option("--keep-last <number>", "so many of the newest runs of each definition stay")
  .option("--dry-run", "change nothing, and say what would go")
  .action(async (project: string | undefined, options) =>
    (await import("./retention")).runRetention(project, options),
  );

program
  .command("quota")
  .description("how many bytes projects may take; without --set it says so")
  .argument("[project]", "the project's name in addresses, or its id; without it, the installation's default")
  .option("--set <size>", "10G, 500M, or none; for a project also default")
  .action(async (project: string | undefined, { set }: { set?: string }) =>
    (await import("./quota")).runQuota(project, set),
  );

program
  .command("agent")
  .description("the agents of projects")
  .command("login")
  .description("sign an agent in for a project, at this terminal and in the project's box")
  .argument("<project>", "the project's name in addresses, or its id")
  .argument("<agent>", "the agent's name in .agent/agents.yaml")
  .argument("[program...]", "what to start instead of the agent's own program, behind --")
  .action(async (project: string, agent: string, words: string[]) => {
    process.exitCode = await (await import("./agent-login")).runAgentLogin({ project, agent, words });
  });

program
  .command("types")
  .description("declare a project's definitions for the typed client, in its .agent/phaseboard.d.ts")
  .argument("[folder]", "the project's", ".")
  .action(async (folder: string) => {
    const { runTypes } = await import("./types");
    process.exitCode = (await runTypes(folder)) ? 0 : 1;
  });

program
  .command("definition")
  .description("definitions as files")
  .command("lint")
  .description("print all faults of definitions, without a server; TypeScript is loaded for that")
  .argument("<files...>", "in YAML or TypeScript")
  .option("--json", "as JSON")
  .action(async (files: string[], options) => {
    const { runLint } = await import("./lint");
    process.exitCode = (await runLint(files, options)) ? 0 : 1;
  });

program
  .command("doctor")
  .description("check what Phaseboard needs and say what to mend")
  .option("--free", "give up the ballast first: room that is kept in the data folder for a full disk")
  .action(async ({ free = false }: { free?: boolean }) => {
    const { runDoctor } = await import("./doctor");
    process.exitCode = (await runDoctor({ free })) ? 0 : 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
