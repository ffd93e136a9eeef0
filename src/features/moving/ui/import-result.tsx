import type { ReactNode } from "react";
import { withMarks } from "../../../lib/marks";
import type { ImportedProject } from "../schema";

const MANY_NAMES = 50;
const people = (count: number) => (count === 1 ? "1 person" : `${count} people`);

/** What came of an import: who and what did not come along, and what is to do. */
export function ImportResult({ imported }: { imported: ImportedProject }) {
  const { project, slug_before, people_found, people_kept_as_names, secrets_to_set, webhooks_to_sign } =
    imported;
  const names = people_kept_as_names.slice(0, MANY_NAMES);
  const more = people_kept_as_names.length - names.length;
  return (
    <dl className="flex flex-col divide-y divide-line rounded-outer border border-line text-list">
      {project.slug === slug_before ? null : (
        <Note title="It has a new address">
          Another project here has <code className="text-code">/p/{slug_before}</code>, so this one is at{" "}
          <code className="text-code">/p/{project.slug}</code>.
        </Note>
      )}
      <Note title={`${people(people_found)} found by e-mail`}>
        {people_found > 0 ? "They keep their roles." : "Add people under Settings, Members."}
      </Note>
      {names.length > 0 ? (
        <Note title={`${people(people_kept_as_names.length)} without an account here`}>
          <Names names={names} label="People without an account here" />
          {more > 0 ? <p className="mt-1">and {more} more.</p> : null}
          <p className="mt-1">What they did keeps their name. Nobody can sign in as them.</p>
        </Note>
      ) : null}
      {secrets_to_set.length > 0 ? (
        <Note title="Secrets to set again">
          <Names mono names={secrets_to_set} label="Secrets to set again" />
          <p className="mt-1">Steps that need one fail until it is set, under Settings, Secrets.</p>
        </Note>
      ) : null}
      {webhooks_to_sign > 0 ? (
        <Note
          title={`${webhooks_to_sign} ${webhooks_to_sign === 1 ? "webhook needs" : "webhooks need"} a signing secret`}
        >
          Make a new one on the page of the definition, and give it to whoever calls the webhook.
        </Note>
      ) : null}
    </dl>
  );
}

function Note({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="px-3 py-2.5">
      <dt className="font-medium">{title}</dt>
      <dd className="mt-0.5 text-pretty wrap-anywhere text-muted">{children}</dd>
    </div>
  );
}

function Names({ names, label, mono }: { names: string[]; label: string; mono?: boolean }) {
  return (
    <ul
      aria-label={withMarks(label)}
      className={
        mono ? "flex flex-wrap gap-x-3 font-mono text-code text-text" : "flex flex-wrap gap-x-3 text-text"
      }
    >
      {[...new Set(names)].map((name) => (
        <li key={name}>{withMarks(name)}</li>
      ))}
    </ul>
  );
}
