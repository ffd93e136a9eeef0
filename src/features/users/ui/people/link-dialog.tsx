"use client";

import { RelativeTime } from "../../../../components/relative-time";
import { ShownOnceDialog } from "../../../../components/shown-once-dialog";
import { withMarks } from "../../../../lib/marks";
import type { PersonLink } from "../../schema";

/** Shows a link this once. */
export function LinkDialog({ link, onClose }: { link: PersonLink; onClose: () => void }) {
  const { user, url, expires_at } = link;
  return (
    <ShownOnceDialog
      title={user.status === "invited" ? `${user.name} is invited` : `A new password for ${user.name}`}
      description="Send them this link yourself: it is shown this once, works once, and no mail is sent."
      label="Link"
      hint={
        <>
          Ends <RelativeTime at={expires_at} />. Links made for {withMarks(user.name)} before do not work any
          more.
        </>
      }
      text={url}
      copyLabel="Copy link"
      onClose={onClose}
    />
  );
}
