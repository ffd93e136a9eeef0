"use client";

import { Button } from "../../../../components/button";
import { CopyButton } from "../../../../components/copy-button";
import { Dialog } from "../../../../components/dialog";
import { TextField } from "../../../../components/field";
import { RelativeTime } from "../../../../components/relative-time";
import { withMarks } from "../../../../lib/marks";
import type { PersonLink } from "../../schema";

/** Shows a link this once. */
export function LinkDialog({ link, onClose }: { link: PersonLink; onClose: () => void }) {
  const { user, url, expires_at } = link;
  const invited = user.status === "invited";
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={invited ? `${user.name} is invited` : `A new password for ${user.name}`}
      description="Send them this link yourself: it is shown this once, works once, and no mail is sent."
      footer={
        <Button variant="primary" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className="flex flex-col items-start gap-3">
        <TextField
          label="Link"
          mono
          readOnly
          className="w-full"
          value={url}
          hint={
            <>
              Ends <RelativeTime at={expires_at} />. Links made for {withMarks(user.name)} before do not work
              any more.
            </>
          }
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton wide text={url} label="Copy link" />
      </div>
    </Dialog>
  );
}
