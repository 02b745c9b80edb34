/** @jsxImportSource preact */
// Whose page it is, and where they are reached.
import type { Choices } from "./api";
import type { Words } from "./words";

type Brand = Choices["brand"] | undefined;

interface Props {
  words: Words;
  company: string;
  brand: Brand;
}

export function Head({ words, company, brand, name }: Props & { name: string | undefined }) {
  return (
    <header class="card brand">
      {isOurs(brand?.logo_url) && <img src={brand?.logo_url ?? ""} alt="" />}
      <h1>{words.title(company)}</h1>
      {name && <p class="quiet">{words.reader(name)}</p>}
    </header>
  );
}

export function Foot({ words, company, brand }: Props) {
  return (
    <footer class="quiet">
      {brand?.phone && (
        <p>
          {words.call(company)} <a href={`tel:${brand.phone.replace(/[^+\d]/g, "")}`}>{brand.phone}</a>
        </p>
      )}
      {brand?.email && (
        <p>
          {words.write} <a href={`mailto:${brand.email}`}>{brand.email}</a>
        </p>
      )}
      <p>{words.promise}</p>
    </footer>
  );
}

/** A picture of elsewhere would tell others who reads this. */
function isOurs(url: string | null | undefined): boolean {
  return !!url && URL.parse(url, window.location.href)?.origin === window.location.origin;
}
