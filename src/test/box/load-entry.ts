import { loadCodeDefinition } from "../../engine/code/load-code";

/** Loads a definition as the web process does; says what became of it on stdout. */
const [project = "", path = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await loadCodeDefinition(project, path)));
