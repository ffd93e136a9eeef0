import type { EventData } from "./catalog";

/** A tab in which somebody looks at a project; `run_id` null: at none of its runs. */
export interface Looking {
  project_id: string;
  tab: string;
  run_id: string | null;
  user_id: string;
  name: string;
  /** Where on the page, in words; null: nowhere in particular. */
  place: string | null;
  /** The tab looks no more. */
  gone?: boolean;
}

/** Who looks at what is forgotten so long after their tab was heard of last. */
export const FORGET_MS = 45_000;
/** A process remembers no more tabs of a project, so that nobody fills its memory. */
const MOST_TABS = 2_000;

type People = EventData<"presence.changed">["people"];

/**
 * Who looks at what now, in the memory of each web process, which all hear of each other's tabs. `tell` is called with
 * whoever is left at a run (or at none) where that has changed.
 */
export class Presence {
  private readonly projects = new Map<string, Map<string, Looking & { until: number }>>();

  constructor(
    private readonly tell: (change: EventData<"presence.changed">) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes what a tab said of itself. */
  hear(looking: Looking): void {
    const { project_id, tab, gone } = looking;
    const tabs = this.projects.get(project_id) ?? new Map<string, Looking & { until: number }>();
    const before = tabs.get(tab);
    // A tab is its person's: nobody moves another's.
    if (before && before.user_id !== looking.user_id) return;
    if (gone) tabs.delete(tab);
    else if (before || tabs.size < MOST_TABS) tabs.set(tab, { ...looking, until: this.now() + FORGET_MS });
    if (tabs.size > 0) this.projects.set(project_id, tabs);
    else this.projects.delete(project_id);
    const isSame = before && !gone && before.run_id === looking.run_id && before.place === looking.place;
    if (isSame) return;
    const runs = new Set([...(before ? [before.run_id] : []), ...(gone ? [] : [looking.run_id])]);
    for (const run_id of runs) this.tellOf(project_id, run_id);
  }

  /** Forgets tabs of which nothing was heard for long. */
  forget(): void {
    for (const [project_id, tabs] of this.projects) {
      const old = [...tabs.values()].filter(({ until }) => until <= this.now());
      for (const { tab } of old) tabs.delete(tab);
      if (tabs.size === 0) this.projects.delete(project_id);
      for (const run_id of new Set(old.map((each) => each.run_id))) this.tellOf(project_id, run_id);
    }
  }

  /** Everybody in the project, by the run that they look at. */
  of(project_id: string): { execution_id: string | null; people: People }[] {
    const runs = new Set([...(this.projects.get(project_id)?.values() ?? [])].map(({ run_id }) => run_id));
    return [...runs].map((execution_id) => ({ execution_id, people: this.at(project_id, execution_id) }));
  }

  /** Each person once, at the place of the tab that was heard of last. */
  private at(project_id: string, run_id: string | null): People {
    const people = new Map<string, People[number]>();
    for (const each of this.projects.get(project_id)?.values() ?? [])
      if (each.run_id === run_id)
        people.set(each.user_id, { user_id: each.user_id, name: each.name, place: each.place });
    return [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  }

  private tellOf(project_id: string, execution_id: string | null): void {
    this.tell({ project_id, execution_id, people: this.at(project_id, execution_id) });
  }
}
