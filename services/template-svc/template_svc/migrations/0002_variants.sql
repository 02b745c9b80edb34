-- A template has words in several languages. The columns of 0001 hold those of the default variant, as before, so old code
-- goes on; what is there was written when there was one language, and counts as English: the locale of who reads it
-- decides how its values are worded.

alter table template
    add column locale text not null default 'en',            -- of the default variant, BCP 47
    add column variants jsonb not null default '{}';          -- the others: {"es": {"subject": ..., "html": ...}}

alter table template_version
    add column locale text not null default 'en',
    add column variants jsonb not null default '{}';          -- with what is rendered: "document", "plain"
