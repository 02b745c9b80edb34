// Who is signed in. A session that ends while a page is open is renewed beside it: nothing typed is lost.
import { type User, UserManager, WebStorageStateStore } from "oidc-client-ts";

export type Role = "admin" | "dispatcher" | "tech";

interface Config {
  issuer: string;
  client_id: string;
}

interface Way {
  to: string;
}

export const CALLBACK = "/signed-in";
export const SIGNED_OUT = "/signed-out";

/** The signed-in person, whose token goes with each request. */
export class Session {
  /** Whether the person has to sign in again before anything goes on. */
  lost = false;
  private listeners = new Set<() => void>();
  private renewal: PromiseWithResolvers<undefined> | undefined;
  private readonly manager: UserManager;
  user: User;

  constructor(manager: UserManager, user: User) {
    this.manager = manager;
    this.user = user;
    manager.events.addUserLoaded((renewed) => this.accept(renewed));
  }

  get token(): string {
    return this.user.access_token;
  }

  get name(): string {
    return this.user.profile.name ?? this.user.profile.sub;
  }

  /** Where a test to oneself goes. */
  get email(): string | undefined {
    return this.user.profile.email;
  }

  get id(): string {
    return this.user.profile.sub;
  }

  has(...roles: Role[]): boolean {
    const own = this.user.profile.roles;
    return Array.isArray(own) && roles.some((role) => own.includes(role));
  }

  /** The office sees more than a technician does. */
  get isOffice(): boolean {
    return this.has("admin", "dispatcher");
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Resolves with another token than the one that was refused: unseen if that can be, else when the person signed in. */
  async renew(refused: string): Promise<void> {
    if (this.token !== refused) return;
    this.renewal ??= this.begin();
    await this.renewal.promise;
  }

  private begin() {
    const renewal = Promise.withResolvers<undefined>();
    this.manager.signinSilent().catch(() => this.tell(true));
    return renewal;
  }

  /** In a window of its own, so that this page stays as it is. */
  signInAgain = async (): Promise<void> => {
    await this.manager.signinPopup({ popupWindowFeatures: { width: 520, height: 720 } });
  };

  signOut = async (): Promise<void> => {
    await this.manager.signoutRedirect();
  };

  private accept(user: User): void {
    if (user.profile.sub !== this.user.profile.sub) {
      window.location.assign("/"); // somebody else: nothing of what is on the page is theirs
      return;
    }
    this.user = user;
    this.renewal?.resolve(undefined);
    this.renewal = undefined;
    this.tell(false);
  }

  private tell(lost: boolean): void {
    this.lost = lost;
    this.listeners.forEach((listener) => listener());
  }
}

/** Who is signed in on this page; undefined where the browser is on its way to the issuer, or a popup is done. */
export async function openSession(): Promise<Session | undefined> {
  const manager = new UserManager(settings(await config()));
  if (window.location.pathname === CALLBACK) {
    const returned = await manager.signinCallback();
    if (!returned) return undefined;
    window.history.replaceState(null, "", (returned.state as Way | undefined)?.to ?? "/");
  }
  const user = await known(manager);
  if (user) return new Session(manager, user);
  const { pathname, search } = window.location;
  await manager.signinRedirect({ state: { to: pathname + search } satisfies Way });
  return undefined;
}

async function known(manager: UserManager): Promise<User | null> {
  const user = await manager.getUser();
  if (!user?.expired) return user;
  return manager.signinSilent().catch(() => null);
}

async function config(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json was answered with ${answer.status}.`);
  return (await answer.json()) as Config;
}

function settings({ issuer, client_id }: Config) {
  const { origin } = window.location;
  return {
    authority: issuer,
    client_id,
    redirect_uri: origin + CALLBACK,
    post_logout_redirect_uri: origin + SIGNED_OUT,
    scope: "openid profile email offline_access",
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    automaticSilentRenew: true,
    revokeTokensOnSignout: true,
    revokeTokenTypes: ["refresh_token" as const],
  };
}
