import { expect, test } from "@playwright/test";
import { inspectPage } from "./support/inspect-page";
import { makePerson, signIn } from "./support/people";

const SOURCE = `
name: Ship
run_name: Ship \${{ args.version }}
phases: [a]
args_schema: { type: object, properties: { version: { type: string } }, required: [version] }
steps: [{ id: a, type: approval, prompt: Go?, approvers: { allow_self: true } }]
`;

test("a run gets its name, labels and people by keyboard, on its card and on its page, and #1 leads to it", async ({
  page,
}) => {
  const owner = await makePerson("Iris", "admin");
  const project = await owner.api.createProject(`Ident ${owner.email.slice(0, 12)}`);
  const definition = await owner.api.createDefinition(project, SOURCE);
  const start = (version: string) =>
    owner.api.do<{ id: string }>("POST", `/workflows/${definition.id}/execute`, { args: { version } });
  const first = await start("1.4.0");
  const second = await start("1.5.0");
  await signIn(page, owner);
  await page.goto(`/p/${project.slug}`);
  const card = page.getByRole("article").filter({ hasText: "Ship 1.4.0" });
  await expect(card).toBeVisible();
  // A key needs the page's script.
  await expect(page.getByText("live", { exact: true })).toBeVisible();

  await card.getByRole("link", { name: "Ship 1.4.0" }).focus();
  await page.keyboard.press("Shift+L");
  const labels = page.getByRole("dialog", { name: "Labels of Ship 1.4.0 #1" });
  await labels.getByRole("combobox").fill("release");
  await labels.getByRole("option", { name: "Make the label “release”" }).click();
  await expect(labels.getByRole("option", { name: "release chosen" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card.getByText("release")).toBeVisible();
  await page.keyboard.press("Shift+A");
  await page.getByRole("dialog", { name: "Who looks after" }).getByRole("option", { name: "Iris" }).click();
  await page.keyboard.press("Shift+P");
  await page.getByRole("option", { name: "Urgent" }).click();
  await expect(card.getByText("Priority: urgent")).toBeAttached();

  await page.goto(`/p/${project.slug}/runs/${second.id}?more=comments`);
  await expect(page.getByRole("button", { name: "Approve" })).toBeVisible();
  await page.keyboard.press("Shift+E");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ship the fifth");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Ship the fifth" })).toBeVisible();
  await page.getByRole("button", { name: "Follow" }).click();
  await expect(page.getByRole("button", { name: "Following" })).toBeVisible();
  await owner.api.do("POST", `/workflow-executions/${second.id}/comments`, { text: "As in #1, not `#1`." });
  await inspectPage(page, test.info().outputPath("page"));
  await page.getByRole("link", { name: "#1", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(first.id));
  await expect(page.getByText("assigned to")).toBeVisible();
});

test("what is looked for is found: by the palette, and in a table that is filtered, ordered, chosen from and kept", async ({
  page,
}) => {
  const owner = await makePerson("Otto", "admin");
  const project = await owner.api.createProject(`Table ${owner.email.slice(0, 12)}`);
  const definition = await owner.api.createDefinition(project, SOURCE);
  const start = (version: string) =>
    owner.api.do<{ id: string }>("POST", `/workflows/${definition.id}/execute`, { args: { version } });
  const ids = [];
  for (const version of ["alpha", "beta", "gamma"]) ids.push((await start(version)).id);
  await owner.api.do("POST", `/workflow-executions/${ids[0]}/comments`, { text: "A wolverine was here." });
  await owner.api.do("POST", `/projects/${project.id}/labels`, { name: "release", color: "blue" });
  await signIn(page, owner);

  // The page of projects says how their runs do, and keeps one before the others.
  await page.goto("/projects");
  const listed = page.getByRole("listitem").filter({ hasText: "Table" });
  await expect(listed.getByRole("img", { name: /^The newest 3 runs: 3 / })).toBeVisible();
  await listed.getByRole("button", { name: /before the others$/ }).click();
  await expect(listed.getByRole("button", { name: /back among the others$/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );

  // By a word of a comment, from a page of no project; and a section of the settings.
  const found = page.getByRole("combobox", { name: "Search commands" });
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+k");
    await found.fill("wolver");
    await expect(page.getByRole("option", { name: /^Ship alpha #1/ })).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Ship alpha" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await found.fill("retention set");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/settings\/storage#section-retention$/);

  // Addresses of when the settings were one page, and such as people write by hand.
  const settings = `/p/${project.slug}/settings`;
  for (const [old, now] of [
    ["#section-members", "/members#section-members"],
    ["#section-quota", "/storage#section-quota"],
    ["#quota", "/storage#section-quota"],
    ["#delete-the-project", "#section-delete-the-project"],
  ] as const) {
    await page.goto("/projects");
    await page.goto(settings + old);
    await expect(page).toHaveURL(new RegExp(`/settings${now}$`));
    await expect(page.locator(now.slice(now.indexOf("#")))).toBeInViewport({ ratio: 0.9 });
  }

  await page.goto(`/p/${project.slug}/runs`);
  const rows = page.getByRole("list", { name: /^Runs/ }).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await page.getByRole("button", { name: "Order by name" }).click();
  await expect(rows.first()).toContainText("Ship alpha");
  // After Esc the keys go on from the row where somebody was: out of the search, its menu, a filter of the table.
  const rowOf = (name: string) => rows.getByRole("link", { name, exact: true });
  await rowOf("Ship beta").focus();
  await page.keyboard.press("/");
  await expect(page.getByRole("textbox", { name: "Search runs by name or number" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(rowOf("Ship beta")).toBeFocused();
  await page.getByRole("button", { name: "Actions for Ship beta" }).click();
  await expect(page.getByRole("menuitem").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await expect(rowOf("Ship gamma")).toBeFocused();
  await page.getByRole("combobox", { name: "Status" }).click();
  await expect(page.getByRole("option", { name: "Any status" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("k");
  await expect(rowOf("Ship beta")).toBeFocused();
  await rows.first().getByRole("link", { name: "Ship alpha" }).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await page.keyboard.press("Shift+L");
  await page.getByRole("option", { name: "release" }).click();
  await expect(page.getByText("2 runs labelled")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("menuitem", { name: "Label…" }).click();
  await page.getByRole("option", { name: "release" }).click();
  await page.keyboard.press("Escape");
  await expect(rows).toHaveCount(2);
  await inspectPage(page, test.info().outputPath("table"));
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Releases");
  await page.getByRole("button", { name: "Save the view" }).click();
  await page.goto(`/p/${project.slug}/runs`);
  await expect(rows).toHaveCount(3);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Releases" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/label=release/);

  // A form that was left is as it was; an earlier run fills it.
  // While the menu still fades out, too; the first field has the focus.
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "New run" });
  await expect(dialog.getByRole("combobox", { name: "Definition" })).toBeFocused();
  await dialog.getByLabel("Version").fill("delta");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("n");
  await expect(dialog.getByLabel("Version")).toHaveValue("delta");
  await dialog.getByRole("button", { name: "From an earlier run" }).click();
  await page.getByRole("option", { name: /Ship beta/ }).click();
  await expect(dialog.getByLabel("Version")).toHaveValue("beta");
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect(page.getByText("Ship beta #4 was started")).toBeVisible();
});

test("a name from right to left turns nothing beside it: in the tab, the palette, a toast and a comment", async ({
  page,
}) => {
  const owner = await makePerson("Noa", "admin");
  const project = await owner.api.createProject(`Sides ${owner.email.slice(0, 12)}`);
  const definition = await owner.api.createDefinition(project, SOURCE);
  const name = "שלום עולם";
  const { id } = await owner.api.do<{ id: string }>("POST", `/workflows/${definition.id}/execute`, {
    args: { version: "1" },
    name,
  });
  await owner.api.do("POST", `/workflow-executions/${id}/comments`, { text: `${name}: 1 (a)` });
  /** Where, in pixels from the left, the two parts of a text on the page begin. */
  const placesIn = (selector: string, first: string, second: string) =>
    page
      .locator(selector)
      .filter({ hasText: first })
      .first()
      .evaluate(
        (root, parts) => {
          const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          const found: number[] = [];
          for (let node = nodes.nextNode(); node && found.length < 2; ) {
            const part = parts[found.length] ?? "";
            const at = node.textContent?.indexOf(part) ?? -1;
            if (at < 0) {
              node = nodes.nextNode();
              continue;
            }
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + part.length);
            found.push(range.getBoundingClientRect().left);
          }
          return found;
        },
        [first, second],
      );
  const inOrder = ([first, second]: number[]) =>
    first !== undefined && second !== undefined && first < second;
  await signIn(page, owner);
  await page.goto(`/p/${project.slug}`);
  await expect(page).toHaveTitle(/^(\(1\) )?Board · Sides/);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await page.getByRole("link", { name }).focus();
  await page.keyboard.press("Shift+K");
  await expect(page.getByText("is pinned")).toBeVisible();
  expect(inOrder(await placesIn("[role=dialog]", name, "#1"))).toBe(true);
  await page.keyboard.press("Control+k");
  await page.locator("input[role=combobox]").fill("שלום");
  await expect(page.getByRole("option", { name: /#1/ })).toBeVisible();
  expect(inOrder(await placesIn("[role=option]", name, "#1"))).toBe(true);
  await page.getByRole("option", { name: /#1/ }).click();
  await expect(page).toHaveURL(new RegExp(id));
  await expect(page).toHaveTitle(/^(\(1\) )?\u2068שלום עולם\u2069 #1 · Sides/);
  // A paragraph of its own is read from its own side.
  await page.goto(`/p/${project.slug}/runs/${id}?more=comments`);
  await expect(page.locator(".markdown p").filter({ hasText: name })).toBeVisible();
  expect(inOrder(await placesIn(".markdown p", name, "(a)"))).toBe(false);
});
