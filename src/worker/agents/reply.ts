const MAX_LENGTH = 200_000;

/** The last message of an agent, joined from its pieces. */
export class Reply {
  private said = "";
  private id: unknown;
  private isWhole = false;

  push({ sessionUpdate, content, messageId }: Record<string, unknown>): void {
    if (sessionUpdate === "tool_call") this.isWhole = true;
    if (sessionUpdate !== "agent_message_chunk") return;
    if (typeof content !== "object" || content === null || !("text" in content)) return;
    if (this.isWhole || messageId !== this.id) this.said = "";
    this.isWhole = false;
    this.id = messageId;
    this.said += String(content.text);
    if (this.said.length > MAX_LENGTH) this.said = this.said.slice(-MAX_LENGTH);
  }

  /** What comes next is another message. */
  endTurn(): void {
    this.isWhole = true;
  }

  /** The text as Postgres can store it; only its end where it is very long. */
  get text(): string {
    return this.said.replace(/[\0\p{Surrogate}]/gu, "\uFFFD");
  }
}
