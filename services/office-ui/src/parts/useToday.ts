// The day it is, also on a page that stays open overnight.
import { useEffect, useState } from "react";
import { type Day, today } from "../words/days";

export function useToday(): Day {
  const [day, setDay] = useState(today);
  useEffect(() => {
    const look = () => setDay((before) => (before.name === today().name ? before : today()));
    const midnight = setTimeout(look, Date.parse(day.until) - Date.now() + 1_000);
    document.addEventListener("visibilitychange", look); // a device that slept has kept no timer
    return () => {
      clearTimeout(midnight);
      document.removeEventListener("visibilitychange", look);
    };
  }, [day]);
  return day;
}
