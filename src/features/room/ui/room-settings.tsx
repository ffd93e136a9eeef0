"use client";

import { QueryView } from "../../../components/query-view";
import { RelativeTime } from "../../../components/relative-time";
import { Section } from "../../../components/section";
import { SkeletonRows } from "../../../components/skeleton";
import { useProject } from "../../projects/ui/project-provider";
import { TakenFacts } from "./taken-facts";
import { useProjectRoom } from "./use-room";

/** What the project takes of what it may; administrators set that. */
export function RoomSettings() {
  const { id } = useProject();
  const room = useProjectRoom(id);
  return (
    <div id="room" className="scroll-mt-4">
      <Section
        title="Quota"
        description="Over it no run of the project starts, nothing can be uploaded to it, and a step whose artifacts do not fit fails. Administrators set it."
      >
        <QueryView query={room} skeleton={<SkeletonRows rows={3} label="Loading what it takes" />}>
          {(data) => (
            <>
              <TakenFacts room={data} />
              <p className="border-t border-line px-4 py-2 text-meta text-muted">
                {data.counted_at === null ? (
                  "Not counted yet; a worker does it within a minute."
                ) : (
                  <>
                    Counted <RelativeTime at={data.counted_at} />; artifacts and logs since then are added.
                  </>
                )}
              </p>
            </>
          )}
        </QueryView>
      </Section>
    </div>
  );
}
