import { requireBox } from "../box/find-box";
import { say } from "./output";

/** Says loudly where nothing keeps processes of projects from the server. Throws `SettingsError` as `requireBox`. */
export async function tellOfBox(): Promise<void> {
  const { kind, says, lacks } = await requireBox();
  if (kind === "none") say(`WARNING: ${says}${lacks ? ` Mend: ${lacks}.` : ""}`);
  else if (kind === "user") say(`${says} Mend: ${lacks}.`);
}
