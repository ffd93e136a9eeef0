import type { Metadata } from "next";
import { Sections } from "../../../components/section";
import { OwnerlessProjects } from "../../../features/members/ui/ownerless-projects";
import { PeopleSection } from "../../../features/users/ui/people/people-section";

export const metadata: Metadata = { title: "People · Administration" };

export default function PeoplePage() {
  return (
    <Sections>
      <PeopleSection />
      <OwnerlessProjects />
    </Sections>
  );
}
