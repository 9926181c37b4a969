-- A race's points are summed up from the index alone, without a look at each line.
-- contract: nobody misses the index before it, for this one has its name and begins with its columns.

ALTER TABLE points
    DROP KEY points_of_record,
    ADD KEY points_of_record (marathon_id, bib, event_id, point, created_at);
