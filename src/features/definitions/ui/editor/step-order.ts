import { valueAt, type YamlValue } from "./yaml-place";

interface Step {
  id: string;
  /** Ids of the steps directly before it. */
  needs: string[];
}

/** The steps of a text, with what each waits for. */
export function stepsOf(root: YamlValue): Step[] {
  const steps = valueAt(root, ["steps"]);
  if (!Array.isArray(steps)) return [];
  const ids = steps.map((step) => textAt(step, "id"));
  return steps.map((step, index) => {
    const needs = valueAt(step, ["needs"]);
    const before = index > 0 ? [ids[index - 1] ?? ""] : [];
    return {
      id: ids[index] ?? "",
      needs: Array.isArray(needs) ? needs.filter((id) => typeof id === "string") : before,
    };
  });
}

/** Ids of the steps that have ended when the one at `index` starts, in the order of the text. */
export function endedBefore(steps: readonly Step[], index: number): string[] {
  const ended = new Set<string>();
  const add = (ids: readonly string[]) => {
    for (const id of ids) {
      if (id === "" || ended.has(id)) continue;
      ended.add(id);
      add(steps.find((step) => step.id === id)?.needs ?? []);
    }
  };
  add(steps[index]?.needs ?? []);
  return steps.map(({ id }) => id).filter((id) => ended.has(id));
}

/** Ids of the steps that the one at `index` may wait for: those that do not wait for it. */
export function mayPrecede(steps: readonly Step[], index: number): string[] {
  const own = steps[index]?.id ?? "";
  return steps.flatMap(({ id }, at) =>
    at === index || id === "" || endedBefore(steps, at).includes(own) ? [] : [id],
  );
}

export function textAt(value: YamlValue, key: string): string {
  const found = valueAt(value, [key]);
  return typeof found === "string" ? found : "";
}
