package indicator

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/geo"
)

func p(v float64) *float64 { return &v }

// share is a measure of n of d; unknown of them are not known.
func share(n, d, unknown float64, of string) *Measure {
	m := &Measure{Metric: "lamps.smart_share", Unit: "%", Of: of, Numerator: p(n), Denominator: p(d)}
	switch {
	case d == 0:
	case unknown == 0:
		m.Value = p(100 * n / d)
	default:
		m.Low, m.High = p(100*n/d), p(100*(n+unknown)/d)
		m.Missing = []geo.Text{geo.T("缺少属性", "an attribute is lacking")}
	}
	return m
}

// nothing is a measure of which nothing is known.
func nothing() *Measure {
	return &Measure{Unit: "%", Of: "lamps", Missing: []geo.Text{geo.T("没有数据", "there are no data")}}
}

// oneRequirement is a profile with a single requirement.
func oneRequirement(r Requirement) *Profile {
	r.ID, r.Title = "5", geo.T("照明", "Lighting")
	if r.Kind == "" {
		r.Kind = Ratio
	}
	return &Profile{
		ID: "s/t", Standard: "s", Tier: "t",
		Parameters: []Parameter{{ID: "share", Value: p(60), Source: geo.T("项目自定", "set by the project")}},
		Indicators: []Indicator{{Number: 5, Requirements: []Requirement{r}}},
	}
}

func atLeast(v float64) Requirement {
	return Requirement{Operator: AtLeast, Threshold: Figure{Value: &v}, Unit: "%", Metric: "lamps.smart_share"}
}

func claims(verdict Verdict, basis Basis, value float64) *Reading {
	return &Reading{Requirement: "5", Verdict: verdict, Basis: basis, Value: &value, Reason: geo.T("申报所述", "as claimed")}
}

func TestVerdicts(t *testing.T) {
	document := Evidence{Standard: "s", Requirement: "5", Kind: Document, Title: "验收单", Date: "2024-08-01", Author: "李工"}
	withValue := func(v float64) Evidence { e := document; e.Value = &v; return e }
	waiver := Evidence{Standard: "s", Requirement: "5", Kind: Waiver, Reason: "老旧小区", Date: "2024-08-02", Author: "王审核"}
	paper := Requirement{Kind: Attested}
	unstated := Requirement{Operator: AtLeast, Threshold: Figure{Unknown: true}, Unit: "%"}
	elders := atLeast(2)
	elders.Condition = &Condition{Title: geo.T("老年人超过30%", "more than 30 % are old"), Operator: Above, Threshold: Figure{Value: p(30)}, Unit: "%"}

	tests := []struct {
		name      string
		r         Requirement
		measure   *Measure
		condition *Measure
		claim     *Reading
		evidence  []Evidence
		tableOnly bool
		want      Verdict
		says      string // in the Chinese reason
	}{
		{name: "85 of 109 lamps", r: atLeast(80), measure: share(85, 109, 0, "lamps"), want: Fail, says: "85 ÷ 109 盏 = 77.98%，要求 ≥ 80%"},
		{name: "88 of 109 lamps", r: atLeast(80), measure: share(88, 109, 0, "lamps"), want: Pass, says: "80.73%"},
		{name: "exactly at the threshold", r: atLeast(80), measure: share(4, 5, 0, "lamps"), want: Pass},
		{name: "a hair below is not written as the threshold", r: atLeast(80), measure: share(79.9999, 100, 0, "m"), want: Fail, says: "79.9999%"},
		{name: "the unknown may turn it", r: atLeast(80), measure: share(70, 100, 20, "lamps"), want: Insufficient, says: "70% 至 90%"},
		{name: "the unknown cannot save it", r: atLeast(80), measure: share(50, 100, 20, "lamps"), want: Fail},
		{name: "the unknown cannot spoil it", r: atLeast(80), measure: share(85, 100, 15, "lamps"), want: Pass},
		{name: "nothing to count", r: atLeast(80), measure: share(0, 0, 0, "buildings"), want: NotApplicable},
		{name: "no data", r: atLeast(80), measure: nothing(), want: Insufficient, says: "没有数据"},
		{name: "no metric, no claim", r: atLeast(80), want: Insufficient},
		{name: "a threshold that nobody found", r: unstated, measure: share(85, 109, 0, "lamps"), want: Insufficient, says: "门限未能查到，不作判定；计算值 77.98%"},
		{name: "a threshold of the project", r: Requirement{Operator: AtLeast, Threshold: Figure{Parameter: "share"}, Unit: "%"}, measure: share(85, 109, 0, "lamps"), want: Pass, says: "≥ 60%"},

		{name: "claim and layers agree", r: atLeast(80), measure: share(88, 109, 0, "lamps"), claim: claims(Pass, FromCounts, 81), want: Pass},
		{name: "claim passes, layers fail", r: atLeast(80), measure: share(85, 109, 0, "lamps"), claim: claims(Pass, FromCounts, 90), want: Conflict},
		{name: "claim fails, layers pass", r: atLeast(80), measure: share(99, 109, 0, "lamps"), claim: claims(Fail, FromRate, 70), want: Conflict},
		{name: "both fail", r: atLeast(80), measure: share(85, 109, 0, "lamps"), claim: claims(Fail, FromCounts, 77.98), want: Fail},
		{name: "a claim at odds with itself does not pass", r: atLeast(90), measure: share(99, 100, 0, "m²"), claim: claims(Conflict, FromCounts, 80), want: Conflict},
		{name: "a claim at odds with itself fails where the layers do", r: atLeast(90), measure: share(50, 100, 0, "m²"), claim: claims(Conflict, FromCounts, 80), want: Fail},
		{name: "a bare claim does not stand against the layers", r: atLeast(80), measure: share(85, 109, 0, "lamps"), claim: claims(Insufficient, FromRate, 80), want: Fail},
		{name: "a claim that cannot be checked is no pass", r: atLeast(80), measure: nothing(), claim: claims(Pass, FromCounts, 100), want: Insufficient, says: "申报可达标，但不能核算"},
		{name: "a claim against itself needs no check", r: atLeast(80), measure: nothing(), claim: claims(Fail, FromCounts, 77.98), want: Fail},
		{name: "from the table alone", r: atLeast(80), claim: claims(Pass, FromCounts, 100), tableOnly: true, want: Pass},
		{name: "from the table alone, silent", r: atLeast(80), claim: &Reading{Basis: FromNone, Verdict: Insufficient}, tableOnly: true, want: Insufficient},

		{name: "by document", r: paper, evidence: []Evidence{document}, want: ByDocument, says: "依据《验收单》（李工，2024-08-01）"},
		{name: "a document of another requirement", r: paper, evidence: []Evidence{{Standard: "s", Requirement: "6", Kind: Document, Title: "x", Date: "2024", Author: "y"}}, want: Insufficient},
		{name: "a document without a date", r: paper, evidence: []Evidence{{Standard: "s", Requirement: "5", Kind: Document, Title: "x", Author: "y"}}, want: Insufficient},
		{name: "a document with a figure that passes", r: atLeast(80), measure: nothing(), evidence: []Evidence{withValue(91)}, want: ByDocument, says: "91%"},
		{name: "a document with a figure that fails", r: atLeast(80), measure: nothing(), evidence: []Evidence{withValue(71)}, want: Fail},
		{name: "layers go before a document", r: atLeast(80), measure: share(85, 109, 0, "lamps"), evidence: []Evidence{withValue(91)}, want: Fail},
		{name: "by claim alone", r: paper, claim: claims(ByDocument, FromWords, 0), want: ByDocument},
		{name: "the wrong grade", r: paper, claim: claims(Conflict, FromWords, 0), evidence: []Evidence{document}, want: Conflict},
		{name: "waived", r: atLeast(80), measure: share(85, 109, 0, "lamps"), evidence: []Evidence{waiver}, want: Waived, says: "王审核（2024-08-02）豁免：老旧小区"},
		{name: "a waiver without a reason", r: atLeast(80), measure: share(85, 109, 0, "lamps"), evidence: []Evidence{{Standard: "s", Requirement: "5", Kind: Waiver, Date: "2024", Author: "x"}}, want: Fail},

		{name: "its condition is false", r: elders, measure: share(0, 10, 0, "kinds"), condition: share(1593, 11800, 0, "residents"), want: NotApplicable, says: "为 13.5%，条件为 > 30%"},
		{name: "its condition is just false", r: elders, measure: share(0, 10, 0, "kinds"), condition: share(30, 100, 0, "residents"), want: NotApplicable},
		{name: "its condition is true", r: elders, measure: share(0, 10, 0, "kinds"), condition: share(31, 100, 0, "residents"), want: Fail},
		{name: "its condition is not known", r: elders, measure: share(0, 10, 0, "kinds"), condition: nothing(), want: Insufficient, says: "不知道是否适用"},
		{name: "met, whether it applies or not", r: elders, measure: share(10, 10, 0, "kinds"), condition: nothing(), want: Pass},
		{name: "its condition by the claim", r: elders, measure: nothing(), condition: nothing(), claim: claims(NotApplicable, FromWords, 13.5), want: NotApplicable},
		{name: "layers go before the claim on the condition", r: elders, measure: share(10, 10, 0, "kinds"), condition: share(31, 100, 0, "residents"), claim: claims(NotApplicable, FromWords, 13.5), want: Pass},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Case{Profile: oneRequirement(test.r), Measured: !test.tableOnly, Evidence: test.evidence, Measures: make(map[string]Measure), Conditions: make(map[string]Measure)}
			if test.measure != nil {
				c.Measures["5"] = *test.measure
			}
			if test.condition != nil {
				c.Conditions["5"] = *test.condition
			}
			if test.claim != nil {
				c.Claims, c.Readings = &ClaimsInfo{}, map[string]Reading{"5": *test.claim}
			}
			got := Judge(c).Items[0].Requirements[0]
			if got.Verdict != test.want {
				t.Errorf("%s (%s), want %s", got.Verdict, got.Reason.EN, test.want)
			}
			if !strings.Contains(got.Reason.ZH, test.says) {
				t.Errorf("says %q, want %q in it", got.Reason.ZH, test.says)
			}
			if got.Reason.ZH == "" || got.Reason.EN == "" {
				t.Errorf("no reason: %+v", got.Reason)
			}
		})
	}
}

func TestFlips(t *testing.T) {
	tests := []struct {
		name   string
		op     Operator
		limit  float64
		m      *Measure
		amount float64
		thread bool
		says   string
	}{
		{"3 lamps short", AtLeast, 80, share(85, 109, 0, "lamps"), 3, false, "还差 3 盏"},
		{"1 lamp short", AtLeast, 80, share(87, 109, 0, "lamps"), 1, true, "还差 1 盏"},
		{"88 of 109: one fewer turns it", AtLeast, 80, share(88, 109, 0, "lamps"), 1, true, "再少 1 盏即不达标"},
		{"109 of 109: 22 fewer turn it", AtLeast, 80, share(109, 109, 0, "lamps"), 22, false, "再少 22 盏即不达标"},
		{"2 of 2 compounds, all needed", AtLeast, 100, share(2, 2, 0, "compounds"), 1, false, "再少 1 个小区即不达标"},
		{"1 of 2 compounds", AtLeast, 80, share(1, 2, 0, "compounds"), 1, true, "还差 1 个小区"},
		{"metres of light", AtLeast, 80, share(700, 1000, 0, "m"), 100, false, "还差 100 米"},
		{"area to spare", AtLeast, 90, share(412788, 412932, 0, "m²"), 412788 - 0.9*412932, false, "富余"},
		{"a count", AtLeast, 1, &Measure{Value: p(3), Of: "facilities"}, 3, false, "再少 3 处即不达标"},
		{"just one of one", AtLeast, 1, &Measure{Value: p(1), Of: "facilities"}, 1, false, "再少 1 处即不达标"},
		{"just five", AtLeast, 5, &Measure{Value: p(5), Of: "facilities"}, 1, true, "再少 1 处即不达标"},
		{"all kinds of a list", AtLeast, 4, &Measure{Value: p(4), Of: "kinds", Numerator: p(4), Denominator: p(4)}, 1, false, "再少 1 种即不达标"},
		{"a count short", AtLeast, 5, &Measure{Value: p(4), Of: "facilities"}, 1, true, "还差 1 处"},
		{"at most", AtMost, 10, &Measure{Value: p(12), Unit: "min"}, 2, false, "超出 2 分钟"},
		{"a count at most", AtMost, 3, &Measure{Value: p(3)}, 1, true, "再多 1 项即不达标"},
		{"a ratio", AtLeast, 0.8, &Measure{Value: p(0.17), Numerator: p(730), Denominator: p(4379)}, 0.63, false, "还差 0.63"},
		{"unknown lamps may all be good", AtLeast, 80, share(50, 100, 20, "lamps"), 10, false, "还差 10 盏"},
		{"bounds that pass", AtLeast, 80, share(85, 100, 15, "lamps"), 6, false, "再少 6 盏"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := flip(test.m, test.op, test.limit)
			if diff := cmp.Diff(test.amount, got.Amount); diff != "" && !near(test.amount, got.Amount, "") {
				t.Errorf("amount: %s", diff)
			}
			if got.Thread != test.thread || !strings.Contains(got.Text.ZH, test.says) {
				t.Errorf("thread %t, says %q", got.Thread, got.Text.ZH)
			}
		})
	}
}

// What a flip says is true: with that many more, or fewer, the verdict is another one,
// and with one less of a change it is not.
func TestFlipIsTheLeastThatTurns(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 5000 {
		d := 1 + random.IntN(120)
		n, limit := random.IntN(d+1), float64(random.IntN(101))
		now := computed(share(float64(n), float64(d), 0, "lamps"), AtLeast, &limit)
		f := flip(share(float64(n), float64(d), 0, "lamps"), AtLeast, limit)
		step := 1
		if now == Pass {
			step = -1
		}
		if limit == 0 {
			continue // nothing turns it
		}
		at := func(k int) Verdict {
			return computed(share(float64(n+step*k), float64(d), 0, "lamps"), AtLeast, &limit)
		}
		if at(int(f.Amount)) == now || at(int(f.Amount)-1) != now {
			t.Fatalf("%d of %d against %g %%: %s turns by %g", n, d, limit, now, f.Amount)
		}
	}
}

func TestReserve(t *testing.T) {
	rising := &Scale{Title: geo.T("步行时间", "Time on foot"), Unit: "min", Zero: 15, Stairs: true, Steps: []Step{{At: 5, Value: 40}, {At: 12.5, Value: 85}, {At: 15, Value: 95}, {At: 20, Value: 100}}}
	falling := &Scale{Title: geo.T("电平", "Level"), Unit: "dB", Steps: []Step{{At: -10, Value: 100}, {At: 0, Value: 97}, {At: 3, Value: 92}, {At: 6, Value: 80}}}
	tests := []struct {
		name  string
		scale *Scale
		limit float64
		want  float64
		none  bool
	}{
		{"90 % are there after 15 minutes", rising, 90, 0, false},
		{"80 % are there after 12.5: 2.5 to spare", rising, 80, 2.5, false},
		{"100 % take 20: 5 short", rising, 100, -5, false},
		{"never", rising, 101, 0, true},
		{"the level could be 3 dB higher", falling, 90, 3, false},
		{"the level must be 10 dB lower", falling, 99, -10, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := reserve(&Measure{Scale: test.scale}, AtLeast, test.limit)
			if (got == nil) != test.none || got != nil && got.Amount != test.want {
				t.Errorf("got %+v, want %g", got, test.want)
			}
		})
	}
}

func TestWhole(t *testing.T) {
	profile := oneRequirement(atLeast(80))
	other := atLeast(95)
	other.ID, other.Title, other.Kind = "4", geo.T("监控", "Cameras"), Spatial
	profile.Indicators = append(profile.Indicators, Indicator{Number: 4, Requirements: []Requirement{other}})
	measured := func(lamps, cameras float64) Case {
		return Case{Profile: profile, Measured: true, Community: CommunityInfo{ID: "c"}, Measures: map[string]Measure{
			"5": *share(lamps, 109, 0, "lamps"), "4": *share(cameras, 100, 0, "cameras"),
		}}
	}
	before := Judge(measured(85, 40))
	if before.Answer.Verdict != Fail || before.Answer.Text.ZH != "不符合标准：2 项要求不达标" {
		t.Errorf("answer %+v", before.Answer)
	}
	if diff := cmp.Diff([]string{"4", "5"}, before.Worst); diff != "" { // 55 of 95 is a wider gap than 2 of 80
		t.Errorf("worst: %s", diff)
	}
	silent := Judge(Case{Profile: profile, Measured: true})
	if a := silent.Answer; a.Verdict != Insufficient || a.Text.ZH != "尚不能认定：全部 2 项要求证据不足" {
		t.Errorf("nothing known: %+v", a)
	}
	again := measured(85, 40)
	again.Before = before
	if now := Judge(again); now.Since != nil {
		t.Errorf("nothing changed, yet %+v", now.Since)
	}
	mended := measured(88, 40)
	mended.Before = before
	now := Judge(mended)
	if now.Since == nil || len(now.Since.Changed) != 1 || now.Since.Changed[0].Before != Fail || now.Since.Changed[0].After != Pass {
		t.Errorf("since: %+v", now.Since)
	}
	one, _ := json.Marshal(Judge(measured(85, 40)))
	two, _ := json.Marshal(before)
	if string(one) != string(two) {
		t.Error("the same case gives another judgement")
	}
}

// More that is good never turns a pass into a failure, whatever is unknown.
func TestMoreIsNeverWorse(t *testing.T) {
	order := map[Verdict]int{Fail: 0, Insufficient: 1, Pass: 2}
	random := rand.New(rand.NewPCG(3, 5))
	for range 5000 {
		d := 1 + random.IntN(50)
		n := random.IntN(d)
		unknown := random.IntN(d - n)
		limit := float64(random.IntN(101))
		less := computed(share(float64(n), float64(d), float64(unknown), "lamps"), AtLeast, &limit)
		more := computed(share(float64(n+1), float64(d), float64(unknown), "lamps"), AtLeast, &limit)
		known := computed(share(float64(n+unknown), float64(d), 0, "lamps"), AtLeast, &limit)
		if order[more] < order[less] || less == Pass && known != Pass {
			t.Fatalf("%d+%d? of %d at %g: %s, one more %s, all known and good %s", n, unknown, d, limit, less, more, known)
		}
	}
}
