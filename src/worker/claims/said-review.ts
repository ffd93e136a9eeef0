import { sql } from "drizzle-orm";
import type { RunReview } from "../../engine/run/ports";
import { MENTION_SQL, withMentions } from "../../lib/mention";
import { suggestionIn } from "../../lib/suggestion";
import type { SaidComment } from "../../model/states";

/** A review as its row has it, with the names of those whom it mentions. */
export type StoredReview = RunReview & { names: Record<string, string> };

/** What a step reads: people by their names, and what is suggested beside what is said. */
export function asSaid({ names, text, comments, ...review }: StoredReview): RunReview {
  const named = (said: string) =>
    withMentions(said, (id) => (names[id] === undefined ? null : `@${names[id]}`));
  return {
    ...review,
    text: text === null ? null : named(text),
    comments: comments.map((comment) => withSuggestion({ ...comment, text: named(comment.text) })),
  };
}

function withSuggestion(said: SaidComment): SaidComment {
  const suggestion = said.plan ? undefined : suggestionIn(said.text);
  return said.plan || suggestion === undefined ? said : { ...said, suggestion };
}

/** SQL: the review by which the run last went back, as a step finds it. */
export const reviewOf = sql`(
  select json_build_object('by', w.user_name, 'text', w.text, 'comments', coalesce((
    select json_agg(case c.anchor ->> 'kind'
      when 'plan' then json_build_object('plan', json_build_object('step_id', c.anchor ->> 'step_id',
        'attempt', c.anchor -> 'attempt', 'entry', c.anchor -> 'entry', 'quote', c.anchor ->> 'quote'), 'text', c.text)
      else json_build_object('path', c.anchor ->> 'path', 'side', c.anchor ->> 'side',
        'line', c.anchor -> 'line', 'start_line', c.anchor -> 'start_line', 'text', c.text) end
      order by c.anchor ->> 'kind' desc, c.anchor ->> 'path', (c.anchor ->> 'line')::int,
        c.anchor ->> 'step_id', (c.anchor ->> 'entry')::int, c.id)
    from workflow_comments c where c.review_id = w.id and c.anchor is not null), '[]'::json), 'names', (
      select coalesce(json_object_agg(u.id, u.name), '{}'::json) from users u where u.id in (
        select m[1] from regexp_matches(concat_ws(' ', w.text,
          (select string_agg(c.text, ' ') from workflow_comments c where c.review_id = w.id)), ${MENTION_SQL}, 'g') m)))
  from reviews w where w.id = r.review_id)`;
