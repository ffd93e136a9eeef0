import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { pageCaller } from "../api/page-caller";
import { PlainPage } from "../components/frame/plain-page";
import { LAST_PROJECT_COOKIE } from "../features/projects/ui/last-project";
import { currentActor } from "../trpc/server";

export default async function HomePage() {
  const api = await pageCaller();
  if (!(await api.users.isSetUp())) {
    return (
      <PlainPage
        title="Phaseboard is running"
        intro="Nobody has an account yet. The server printed a one-time set-up link when it started: open that link to make the first one."
      />
    );
  }
  if (!(await currentActor())) redirect("/signin");
  const last = (await cookies()).get(LAST_PROJECT_COOKIE)?.value;
  const { items } = await api.projects.list();
  const project = items.find(({ slug }) => slug === last);
  redirect(project ? `/p/${project.slug}` : "/projects");
}
