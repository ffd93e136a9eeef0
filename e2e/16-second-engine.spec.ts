import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { findFirefox } from "./install-browser.mjs";
import type { Project } from "./support/api";
import { makePerson } from "./support/people";
import { server } from "./support/server";

const SOURCE = `name: Second
phases: [work, publish]
steps:
  - { id: work, phase: work, type: script, run: 'echo begun; until [ -e go ]; do sleep 0.05; done; echo over' }
  - { id: sign-off, phase: publish, type: approval, prompt: 'Publish it?', approvers: { allow_self: true } }
`;

const executablePath = findFirefox();
test.skip(executablePath === undefined, "no Firefox: install one and set FIREFOX to its path");

let person: Awaited<ReturnType<typeof makePerson>>;
let project: Project;
let browser: Browser;

test.beforeAll(async () => {
  person = await makePerson("Fox", "admin");
  project = await person.api.createProject(`Second ${person.email.slice(0, 12)}`);
  browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
});

test.afterAll(() => browser?.close());

/** A selector of what has this text alone. */
const called = (tag: string, text: string) => `::-p-xpath(//${tag}[normalize-space()="${text}"])`;

/** Waits until the page has this text, and says otherwise what it has. */
const expectText = (page: Page, text: string | RegExp, selector = "body") =>
  expect.poll(() => page.$eval(selector, (element) => element.textContent)).toMatch(text);

test("Firefox shows a run live from its start to a person's approval, by mouse and by key", async () => {
  const definition = await person.api.createDefinition(project, SOURCE);
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(`${server.url}/signin`);
  await page.locator("input[type=email]").fill(person.email);
  await page.locator("input[type=password]").fill(person.password);
  await page.locator(called("button", "Sign in")).click();
  await page.waitForFunction(() => !location.pathname.startsWith("/signin"));

  await page.goto(`${server.url}/p/${project.slug}`);
  await expectText(page, /No runs yet|Waiting/);
  const { id } = await person.api.start(definition, "Seen by two");
  await expectText(page, "Seen by two");
  await page.locator(called("a", "Seen by two")).click();
  await page.waitForFunction((id) => location.pathname.endsWith(id), {}, id);
  await expectText(page, "begun");
  await writeFile(join(project.path, "go"), "");
  await expectText(page, "over");
  await expectText(page, "Publish it?");
  await page.locator(called("button", "Approve")).click();
  await expect.poll(async () => (await person.api.run(id)).status).toBe("completed");
  await expectText(page, "Run again");

  // What is written, what is found, and the way back, by key.
  await page.keyboard.press("c");
  await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
  await page.keyboard.type("Well done.");
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await expect
    .poll(async () => JSON.stringify(await person.api.do("GET", `/workflow-executions/${id}/comments`)))
    .toContain("Well done.");
  await page.keyboard.press("Escape");
  await page.goto(`${server.url}/p/${project.slug}`);
  await expectText(page, "Recently ended");
  await expectText(page, "Seen by two");
  await page.keyboard.down("Control");
  await page.keyboard.press("k");
  await page.keyboard.up("Control");
  await page.waitForSelector("[role=combobox]:focus");
  await page.keyboard.type("by two");
  await expect
    .poll(() => page.$$eval("[role=option]", (all) => all.map((each) => each.textContent)))
    .toContainEqual(expect.stringContaining("Seen by two"));
  await page.keyboard.press("Enter");
  await page.waitForFunction((run) => location.pathname.endsWith(run), {}, id);
  expect(faults).toEqual([]);
});
