// What is around every page: navigation, who is signed in, and the way past both by keyboard.
import { AppShell, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, ScrollRestoration, useLocation } from "react-router";
import { SignInAgain } from "../session/SignInAgain";
import { Account } from "./Account";
import { Finder } from "./Finder";
import { usePlaces } from "./places";

export function Frame() {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  const phone = useMediaQuery("(max-width: 47.99em)");
  const hidden = phone && !open ? { visibility: "hidden" as const } : {};
  const main = useFocusAfterNavigation(close);
  return (
    <>
      <a className="skip" href="#main">
        {t("frame.skip")}
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !open } }}
        padding="md"
      >
        <AppShell.Header px="md">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group wrap="nowrap" gap="xs">
              <Burger
                opened={open}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={t("frame.menu")}
                aria-expanded={open}
                aria-controls="places"
              />
              <Text component={Link} to="/" fw={700} c="inherit" td="none">
                Fieldbell
              </Text>
            </Group>
            <Group wrap="nowrap" gap="xs">
              <Finder />
              <Account />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar id="places" p="xs" aria-label={t("frame.places")} style={hidden}>
          <Places />
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1} ref={main}>
          <div className="page">
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      <SignInAgain />
      <ScrollRestoration />
    </>
  );
}

function Places() {
  const places = usePlaces();
  const { pathname } = useLocation();
  return places.map(({ to, label }) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      label={label}
      active={pathname.startsWith(to)}
      aria-current={pathname.startsWith(to) ? "page" : undefined}
      style={{ borderRadius: 8 }}
    />
  ));
}

/** A reader of the screen is told of the new page by its focus; the first page needs none of that. */
function useFocusAfterNavigation(close: () => void) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    close();
    main.current?.focus({ preventScroll: true });
  }, [pathname, close]);
  return main;
}
