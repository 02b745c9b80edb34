// A call's words, said by the browser (Web Speech).
import { useEffect, useState } from "react";

const isPossible = "speechSynthesis" in window;

export function useSpeech(words: string, locale: string) {
  const [speaking, setSpeaking] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => (isPossible ? () => window.speechSynthesis.cancel() : undefined), [words]);
  const speak = () => {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = locale;
    said.onend = () => setSpeaking(false);
    said.onerror = ({ error }) => {
      setSpeaking(false);
      setFailed(error !== "canceled" && error !== "interrupted");
    };
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(said);
    setSpeaking(true);
  };
  const stop = () => window.speechSynthesis.cancel();
  return { possible: isPossible && !failed, speaking, speak, stop };
}
