import { NoInput } from "../../lib/input";
import { PageInput, pageOf } from "../../lib/page";
import { procedure, restOf, router } from "../../trpc/procedures";
import { endOtherSessions } from "./commands/end-other-sessions";
import { endSession } from "./commands/end-session";
import { listSessions } from "./queries";
import { EndedSessions, Session, SessionInput } from "./schema";

const rest = restOf("sessions");

export const sessionsRouter = router({
  list: procedure
    .meta(
      rest("GET", "/sessions", "Where one is signed in", {
        description: "For a person who is signed in: a token is refused.",
      }),
    )
    .input(PageInput.optional())
    .output(pageOf(Session))
    .query(({ ctx, input }) => listSessions(ctx, input ?? PageInput.parse({}))),
  end: procedure
    .meta(
      rest("DELETE", "/sessions/{id}", "Sign a browser out", {
        ofToken: true,
        description:
          "It is out within 3 seconds: pages, requests and open streams. For a person who is signed in: a token is refused.",
      }),
    )
    .input(SessionInput)
    .output(EndedSessions)
    .mutation(({ ctx, input }) => endSession(ctx, input)),
  endOthers: procedure
    .meta(
      rest("DELETE", "/sessions", "Sign all other browsers out", {
        ofToken: true,
        description:
          "All but the session of this request. For a person who is signed in: a token is refused.",
      }),
    )
    .input(NoInput)
    .output(EndedSessions)
    .mutation(({ ctx }) => endOtherSessions(ctx)),
});
