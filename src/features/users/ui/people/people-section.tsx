"use client";

import { UserPlus, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Button } from "../../../../components/button";
import { TextField } from "../../../../components/field";
import { PagedList } from "../../../../components/paged-list";
import { Section } from "../../../../components/section";
import { SelectField } from "../../../../components/select-field";
import { EmptyState } from "../../../../components/states";
import { trpc } from "../../../../trpc/react";
import type { Person } from "../../schema";
import { InviteDialog } from "./invite-dialog";
import { PersonRow } from "./person-row";

const STATUSES = [
  { value: "all", label: "Everybody" },
  { value: "active", label: "Active" },
  { value: "invited", label: "Invited" },
  { value: "disabled", label: "Disabled" },
  { value: "nameless", label: "Nameless" },
] as const;
type Shown = (typeof STATUSES)[number]["value"];

/** Everybody with an account, for administrators. */
export function PeopleSection() {
  const [q, setQ] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const [inviting, setInviting] = useState(false);
  const asked = useDeferredValue(q.trim());
  const me = trpc.users.me.useQuery();
  const people = trpc.users.list.useInfiniteQuery(
    { q: asked || undefined, status: shown === "all" ? undefined : (shown satisfies Person["status"]) },
    { getNextPageParam: (page) => page.next_cursor ?? undefined, placeholderData: (before) => before },
  );
  return (
    <Section
      title="People"
      description="Nobody is deleted, since runs and comments would go along. Who leaves is disabled, or made nameless."
      actions={
        <Button icon={UserPlus} variant="primary" onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      <div className="flex flex-wrap gap-2 border-b border-line p-4">
        <TextField
          label="Search people"
          labelHidden
          type="search"
          placeholder="Name or e-mail"
          autoComplete="off"
          className="min-w-0 flex-1 basis-56"
          value={q}
          onChange={(event) => setQ(event.currentTarget.value)}
        />
        <SelectField
          label="Status"
          labelHidden
          options={[...STATUSES]}
          value={shown}
          onValueChange={setShown}
          className="w-36"
        />
      </div>
      <PagedList
        query={people}
        label="People"
        noun="people"
        rows={5}
        empty={
          <EmptyState icon={Users} title="Nobody is found" className="py-8">
            Look for another part of the name or e-mail, or invite somebody.
          </EmptyState>
        }
      >
        {(person) => <PersonRow key={person.id} person={person} isMe={person.id === me.data?.id} />}
      </PagedList>
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </Section>
  );
}
