# bench.json -> the table that people read, 80 columns.

def pad($width): tostring | " " * ([$width - length, 0] | max) + .;
def column($width): tostring | . + " " * ([$width - length, 0] | max);
def unit: if endswith("_bytes") then "MB" elif endswith("_ns") then "ns"
	elif endswith("_ms") then "ms" elif endswith("_mpps") then "Mpps"
	else "s" end;
def shown($unit): if $unit == "MB" then . / 1e6 else . end
	| if . >= 100 then round else . * 100 | round / 100 end;

. as $all
# One line: what, key, and what its ratio is and to what key.
| def line($what; $key; $median; $ratio):
	($key | unit) as $unit
	| ($what | column(40)) + ($median | shown($unit) | pad(8))
		+ " " + ($unit | column(4))
		+ ($all.min[$key] | shown($unit) | pad(8))
		+ ($all.max[$key] | shown($unit) | pad(8))
		+ ($ratio | pad(9)) | sub(" +$"; "");
def row($what; $key; $base):
	if $all[$key] == null then empty
	else line($what; $key; $all[$key];
		if $base == null or ($all[$base] // 0) == 0 then ""
		else ($all[$key] / $all[$base] * 100 | round / 100
			| tostring) + " x" end)
	end;
def above($what; $key):
	line($what; $key; $all[$key];
		($all[$key] - $all.empty_ns) * 10 | round / 10 | "+\(.)");
def head($what): ("", ($what | column(40)) + ("MEDIAN" | pad(8)) + "     "
	+ ("MIN" | pad(8)) + ("MAX" | pad(8)));

"\($all.date), Linux \($all.kernel), \($all.processors) x \($all.machine)",
"rule sets: \($all.rule_sets)",
head("MIXED TRAFFIC (above the empty program)"),
row("empty XDP program"; "empty_ns"; null),
above("edge, IPv4"; "pipeline_ns"),
above("edge, IPv6"; "pipeline6_ns"),
above("edge, IPv4, index off"; "pipeline_index_off_ns"),
above("edge, IPv6, index off"; "pipeline6_index_off_ns"),
head("RULES (beside 10 rules)"),
(["10", "100", "1000", "10000"][] as $n
	| row("\($n) rules"; "rules_\($n)_ns"; "rules_10_ns"),
	row("\($n) rules, worst packet"; "rules_\($n)_worst_ns";
		"rules_10_worst_ns")),
row("10,000 rules, the image"; "rules_10000_bytes"; null),
head("LOOK-UPS (beside 1,000, and the index)"),
row("index, 1,000 prefixes"; "lookup_1k_ns"; "lookup_1k_ns"),
row("index, 100,000 prefixes"; "lookup_100k_ns"; "lookup_1k_ns"),
row("index, 1,000,000 prefixes"; "lookup_1m_ns"; "lookup_1k_ns"),
row("LPM tries, 1,000 prefixes"; "trie_1k_ns"; "lookup_1k_ns"),
row("LPM tries, 100,000 prefixes"; "trie_100k_ns"; "lookup_100k_ns"),
row("LPM tries, 1,000,000 prefixes"; "trie_1m_ns"; "lookup_1m_ns"),
row("index of 1,000,000 prefixes"; "index_1m_bytes"; null),
head("LIVE FRAMES (beside XDP_DROP)"),
row("empty XDP program (XDP_DROP)"; "drop_mpps"; "drop_mpps"),
row("xdp-filter, IPv4, deny"; "xdpfilter_mpps"; "drop_mpps"),
row("nftables, netdev ingress"; "nft_mpps"; "drop_mpps"),
row("weir"; "weir_mpps"; "drop_mpps"),
row("weir beside nftables"; "weir_mpps"; "nft_mpps"),
head("1,000,000 PREFIXES AND 10,000 RULES"),
row("compile"; "compile_1m_10k_s"; null),
row("fill the tries, copy the image, swap"; "swap_1m_ms"; null),
row("copy and swap the image alone"; "swap_image_1m_ms"; null),
head("EACH ALONE (above an interface without)"),
($all.checks | to_entries[]
	| line(.key | rtrimstr("_ns") | gsub("_"; " "); .key; .value; ""))
