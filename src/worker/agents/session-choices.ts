import type { SessionConfigOption, SessionModeState } from "@agentclientprotocol/sdk";
import { AGENTS_FILE } from "../../engine/agent-settings/parse-agents";
import { didYouMean } from "../../lib/suggest";
import { AgentRefused } from "./agent-refused";

/** The models and modes that an agent offers, in the three forms that the protocol has had. */
export interface Offered {
  configOptions: SessionConfigOption[];
  modes: SessionModeState | null;
  /** The older form of the protocol, set by `session/set_model`. */
  models: { id: string }[];
}

/** The request that sets a choice; null where the agent has already chosen it. */
export type Choice =
  | { by: "option"; configId: string; value: string }
  | { by: "mode" | "model"; value: string }
  | null;

/** The request that sets `wanted`. Throws `AgentRefused` where the agent does not offer it. */
export function choose(what: "model" | "mode", wanted: string, offered: Offered): Choice {
  const option = offered.configOptions.find(
    (each) => each.type === "select" && (each.category === what || (!each.category && each.id === what)),
  );
  if (option?.type === "select") {
    const values = option.options.flatMap((each) => ("options" in each ? each.options : [each]));
    const value = pick(
      what,
      wanted,
      values.map(({ value, name }) => ({ id: value, name })),
    );
    return option.currentValue === value ? null : { by: "option", configId: option.id, value };
  }
  if (what === "model") return { by: "model", value: pick(what, wanted, offered.models) };
  const value = pick(what, wanted, offered.modes?.availableModes ?? []);
  return offered.modes?.currentModeId === value ? null : { by: "mode", value };
}

/** Finds `wanted` by its id, or by its display name where only one has that name. */
function pick(what: string, wanted: string, all: { id: string; name?: string }[]): string {
  if (all.length === 0) {
    const mend = `take ${what} out of ${AGENTS_FILE} and choose it by its args or env`;
    throw new AgentRefused(`lets nobody choose its ${what} over the protocol: ${mend}`, { isFinal: true });
  }
  const named = all.filter(({ name }) => name?.toLowerCase() === wanted.toLowerCase());
  const found = all.find(({ id }) => id === wanted) ?? (named.length === 1 ? named[0] : undefined);
  if (found) return found.id;
  const ids = all.map(({ id }) => id);
  const shown =
    ids.length > 30 ? `${ids.slice(0, 30).join(", ")} and ${ids.length - 30} more` : ids.join(", ");
  throw new AgentRefused(`has no ${what} "${wanted}"; it offers ${shown}${didYouMean(wanted, ids)}`, {
    isFinal: true,
  });
}
