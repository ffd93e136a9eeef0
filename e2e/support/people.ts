import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { createToken } from "../../src/auth/tokens";
import { createUser } from "../../src/auth/users";
import { Api } from "./api";
import { database } from "./database";

export interface Person {
  name: string;
  email: string;
  password: string;
}

let made = 0;
/**
 * Creates an account, with a token for what a test prepares, by what `phaseboard user create` and `token create`
 * call: starting these took longer than many a test. `admin`: the person may create projects.
 */
export async function makePerson(name: string, admin?: "admin"): Promise<Person & { api: Api }> {
  const db = await database();
  const email = `${name.toLowerCase()}-${process.pid}-${made++}@example.com`;
  const person = { name, email, password: "correct horse battery" };
  const { id } = await createUser(db, { ...person, is_admin: admin === "admin" });
  const { token } = await createToken(db, { user_id: id, name: "e2e", expires_at: null });
  return { ...person, api: new Api(token) };
}

/** Signs in as the sign-in page does, without opening it: that took longer than many a test. */
export async function signIn(page: Page, person: Person): Promise<void> {
  const { request } = page.context();
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const form = { csrfToken, email: person.email, password: person.password, json: "true", callbackUrl: "/" };
  const answer = await request.post("/api/auth/callback/credentials", { form });
  expect(answer.ok(), `${person.email} signs in: ${answer.status()}`).toBe(true);
}

/** Signs in through the sign-in page, of another server where its address is given. */
export async function signInOnPage(
  page: Page,
  person: Pick<Person, "email" | "password">,
  url = "",
): Promise<void> {
  await page.goto(`${url}/signin`);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).not.toHaveURL(/signin/);
}

/** A new browser context in which this person is signed in. */
export async function browserOf(
  browser: Browser,
  person: Person,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, person);
  return { context, page };
}
