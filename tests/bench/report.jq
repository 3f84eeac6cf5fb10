# Figures, a line each (KEY MEDIAN MIN MAX) -> bench.json: medians by key, those
# of checks in an object of their own; least and most by the same keys.

def number: . * 1000 | round / 1000;

[inputs | split(" ") | {key: .[0], value: .[1:] | map(tonumber | number)}]
| (map(select(.key | startswith("checks."))
	| .key |= ltrimstr("checks."))) as $checks
| map(select(.key | startswith("checks.") | not))
| {
	date: $date,
	kernel: $kernel,
	machine: $machine,
	processors: $processors,
	rule_sets: (if $rules == "" then "made up" else $rules end)
}
+ (map(.value |= .[0]) | from_entries)
+ {
	checks: ($checks | map(.value |= .[0]) | from_entries),
	min: (. + $checks | map(.value |= .[1]) | from_entries),
	max: (. + $checks | map(.value |= .[2]) | from_entries)
}
