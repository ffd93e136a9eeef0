"use client";

import { Ellipsis, EyeOff, KeyRound, Pencil, ShieldCheck, ShieldMinus, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../../../components/avatar";
import { Badge } from "../../../../components/badge";
import { ConfirmDialog } from "../../../../components/confirm-dialog";
import { sayFault } from "../../../../components/fault";
import { IconButton } from "../../../../components/icon-button";
import { ListRow } from "../../../../components/list";
import { Menu, MenuItem, MenuSeparator } from "../../../../components/menu";
import { RelativeTime } from "../../../../components/relative-time";
import { toast } from "../../../../components/toast";
import { withMarks } from "../../../../lib/marks";
import { trpc } from "../../../../trpc/react";
import type { Person, PersonLink, UpdateUserInput } from "../../schema";
import { EditPersonDialog } from "./edit-person-dialog";
import { LinkDialog } from "./link-dialog";

type Asking = "edit" | "disable" | "nameless" | null;

/** One person, and what an administrator can do about them. */
export function PersonRow({ person, isMe }: { person: Person; isMe: boolean }) {
  const [asking, setAsking] = useState<Asking>(null);
  const [link, setLink] = useState<PersonLink | null>(null);
  const utils = trpc.useUtils();
  const refresh = () => Promise.all([utils.users.invalidate(), utils.members.invalidate()]);
  const update = trpc.users.update.useMutation({ onSuccess: refresh });
  const nameless = trpc.users.makeNameless.useMutation({ onSuccess: refresh });
  const reset = trpc.users.resetLink.useMutation({
    onSuccess: (made) => {
      setLink(made);
      return utils.users.list.invalidate();
    },
    onError: (error) => toast.failed("No link was made", { description: sayFault(error) }),
  });
  const change = (changes: Omit<UpdateUserInput, "id">) =>
    update.mutate(
      { id: person.id, ...changes },
      { onError: (error) => toast.failed("Nothing was changed", { description: sayFault(error) }) },
    );
  const off = person.status === "disabled" || person.status === "nameless";
  return (
    <ListRow
      stacked
      title={withMarks(person.name)}
      start={<Avatar name={person.name} size={24} decorative />}
      end={
        person.status === "nameless" ? null : (
          <Menu trigger={<IconButton label={`Actions for ${person.name}`} icon={Ellipsis} />}>
            <MenuItem icon={Pencil} onClick={() => setAsking("edit")}>
              Change name or e-mail
            </MenuItem>
            {off ? null : (
              <MenuItem icon={KeyRound} onClick={() => reset.mutate({ id: person.id })}>
                {person.status === "invited" ? "New invitation link" : "Link to reset the password"}
              </MenuItem>
            )}
            <MenuItem
              icon={person.is_admin ? ShieldMinus : ShieldCheck}
              onClick={() => change({ is_admin: !person.is_admin })}
            >
              {person.is_admin ? "No administrator any more" : "Make an administrator"}
            </MenuItem>
            {isMe ? null : (
              <>
                <MenuSeparator />
                {off ? (
                  <MenuItem icon={UserCheck} onClick={() => change({ disabled: false })}>
                    Enable
                  </MenuItem>
                ) : (
                  <MenuItem icon={UserX} danger onClick={() => setAsking("disable")}>
                    Disable
                  </MenuItem>
                )}
                <MenuItem icon={EyeOff} danger onClick={() => setAsking("nameless")}>
                  Make nameless
                </MenuItem>
              </>
            )}
          </Menu>
        )
      }
    >
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 text-muted">
        <span className="min-w-0 truncate">
          {withMarks(person.email)}
          {isMe ? ", you" : ""}
        </span>
        <Standing person={person} />
        <span className="text-meta text-faint sm:ml-auto">
          <LastSeen person={person} />
        </span>
      </span>
      {asking === "edit" ? <EditPersonDialog person={person} onClose={() => setAsking(null)} /> : null}
      {link ? <LinkDialog link={link} onClose={() => setLink(null)} /> : null}
      <ConfirmDialog
        open={asking === "disable"}
        onOpenChange={() => setAsking(null)}
        title={`Disable ${person.name}?`}
        description="Sessions, tokens, open boards, webhooks and schedules of theirs end at once. Runs and comments stay. Tokens do not come back when you enable the account again."
        confirmLabel="Disable account"
        onConfirm={() => update.mutateAsync({ id: person.id, disabled: true })}
      />
      <ConfirmDialog
        open={asking === "nameless"}
        onOpenChange={() => setAsking(null)}
        title={`Make ${person.name} nameless?`}
        description="The account is disabled, and name and e-mail are replaced everywhere but in the record of who did what. It cannot be undone."
        confirmLabel="Make nameless"
        typeToConfirm={person.name}
        onConfirm={() => nameless.mutateAsync({ id: person.id })}
      />
    </ListRow>
  );
}

function Standing({ person }: { person: Person }) {
  return (
    <>
      {person.is_admin ? <Badge tone="accent">Administrator</Badge> : null}
      {person.status === "invited" ? <Badge>Invited</Badge> : null}
      {person.status === "disabled" ? <Badge tone="warning">Disabled</Badge> : null}
      {person.status === "nameless" ? <Badge>Nameless</Badge> : null}
      {person.groups.map((group) => (
        <Badge key={group}>{withMarks(group)}</Badge>
      ))}
    </>
  );
}

function LastSeen({ person }: { person: Person }) {
  if (person.last_sign_in_at) {
    return (
      <>
        signed in <RelativeTime at={person.last_sign_in_at} />
      </>
    );
  }
  if (person.status === "invited" && person.link_expires_at) {
    return (
      <>
        link ends <RelativeTime at={person.link_expires_at} />
      </>
    );
  }
  return person.status === "invited" ? "link has ended" : "never signed in";
}
