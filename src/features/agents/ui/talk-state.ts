export interface TalkFacts {
  run_ended: boolean;
  step_ended: boolean;
  /** The step is running. */
  working: boolean;
  /** The session takes messages. */
  takes: boolean;
  /** The agent's name. */
  agent: string;
}

export interface TalkState {
  /** The agent has a turn that can be interrupted. */
  working: boolean;
  /** What the button that sends is called. */
  label: string;
  placeholder: string;
  /** Why nothing can be sent now, and what to do; null: it can. */
  refusal: string | null;
}

/** What writing to an agent does now. */
export function talkState({ run_ended, step_ended, working, takes, agent }: TalkFacts): TalkState {
  if (step_ended) {
    return {
      working: false,
      label: "Continue",
      placeholder: `Go on with ${agent} from here, in the same session`,
      refusal: run_ended
        ? null
        : "This step has ended and the run goes on. It can be continued once the run has ended.",
    };
  }
  const ends = working && !takes;
  return {
    working: working && takes,
    label: "Send",
    placeholder: working ? `Write to ${agent}: it reads this at the end of its turn` : `Write to ${agent}`,
    refusal: ends ? `${agent} is just ending its work.` : null,
  };
}
