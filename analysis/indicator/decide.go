package indicator

import (
	"cmp"
	"math"

	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// decide gives the verdict of a requirement and words why.
func (c *Case) decide(r *Requirement, j *Judged) (Verdict, geo.Text) {
	for i := range j.Evidence {
		if e := &j.Evidence[i]; e.Kind == Waiver && e.Complete() {
			return Waived, geo.T(e.Author+"（"+e.Date+"）豁免："+e.Reason, "Waived by "+e.Author+" on "+e.Date+": "+e.Reason)
		}
	}
	if j.Unstated {
		return Insufficient, c.unstated(j)
	}
	if cond := j.Condition; cond != nil {
		if cond.Holds != nil && !*cond.Holds {
			return NotApplicable, conditionFalse(cond)
		}
		v, why := c.applied(r, j)
		if cond.Holds == nil && v != Pass && v != ByDocument {
			return Insufficient, geo.T("不知道是否适用（"+cond.Title.ZH+"）；"+why.ZH, "Not known whether it applies ("+cond.Title.EN+"); "+why.EN)
		}
		return v, why
	}
	return c.applied(r, j)
}

func (c *Case) unstated(j *Judged) geo.Text {
	t := geo.T("该档次的门限未能查到，不作判定", "The threshold of this tier could not be found; nothing is judged")
	if j.Measure != nil && j.Measure.Value != nil {
		is := Explained(*j.Measure.Value, j.Measure.Unit, nil)
		t = geo.T(t.ZH+"；计算值 "+is.ZH, t.EN+"; computed: "+is.EN)
	}
	return t
}

func conditionFalse(cond *JudgedCondition) geo.Text {
	t := geo.T("条件不成立："+cond.Title.ZH, "Its condition does not hold: "+cond.Title.EN)
	if cond.Value != nil && cond.Threshold != nil {
		is, asks := Explained(*cond.Value, cond.Unit, cond.Threshold), limit(cond.Operator, *cond.Threshold, cond.Unit)
		t = geo.T(t.ZH+"（为 "+is.ZH+"，条件为 "+asks.ZH+"）", t.EN+" (it is "+is.EN+", the condition is "+asks.EN+")")
	}
	return t
}

// applied judges a requirement that applies, or may.
func (c *Case) applied(r *Requirement, j *Judged) (Verdict, geo.Text) {
	if r.Kind == Attested {
		return c.attested(j)
	}
	claimed := Verdict("")
	if j.Claim != nil && j.Claim.Basis != FromNone {
		claimed = j.Claim.Verdict
	}
	switch {
	case j.Computed == "" || j.Computed == Insufficient:
		return c.uncomputed(j, claimed)
	case j.Computed == NotApplicable:
		return NotApplicable, geo.T("没有可计的对象", "There is nothing to count")
	}
	why := computedWords(j)
	switch {
	case claimed == Conflict && j.Computed == Pass:
		return Conflict, geo.T("申报自相矛盾："+j.Claim.Reason.ZH+"；计算结果："+why.ZH, "The claim contradicts itself: "+j.Claim.Reason.EN+"; computed: "+why.EN)
	case (claimed == Pass || claimed == Fail) && claimed != j.Computed:
		return Conflict, geo.T("申报与计算相反："+why.ZH+"；申报："+j.Claim.Reason.ZH, "Claim and computation disagree: "+why.EN+"; claimed: "+j.Claim.Reason.EN)
	}
	return j.Computed, why
}

// uncomputed judges where nothing could be computed: by a document with a figure, or
// by the claim as far as it speaks against itself.
func (c *Case) uncomputed(j *Judged, claimed Verdict) (Verdict, geo.Text) {
	if e, v := documented(j); e != nil {
		return v, documentWords(e, j)
	}
	if !c.Measured && claimed != "" {
		return claimed, j.Claim.Reason
	}
	lack := geo.T("缺少数据", "Data are missing")
	if j.Measure != nil && len(j.Measure.Missing) > 0 {
		lack = j.Measure.Missing[0]
	}
	if m := j.Measure; m != nil && m.Low != nil && m.High != nil {
		low, high := Explained(*m.Low, m.Unit, j.Threshold), Explained(*m.High, m.Unit, j.Threshold)
		lack = geo.T(lack.ZH+"；结果在 "+low.ZH+" 至 "+high.ZH+" 之间", lack.EN+"; the value is between "+low.EN+" and "+high.EN)
	}
	switch claimed {
	case Fail, Conflict, NotApplicable:
		return claimed, geo.T(j.Claim.Reason.ZH+"（"+lack.ZH+"，未能核算）", j.Claim.Reason.EN+" ("+lack.EN+", so it could not be computed)")
	case Pass:
		return Insufficient, geo.T("申报可达标，但不能核算："+lack.ZH, "The claim would pass, but it could not be computed: "+lack.EN)
	}
	return Insufficient, lack
}

// attested judges a requirement that rests on paper.
func (c *Case) attested(j *Judged) (Verdict, geo.Text) {
	claim := j.Claim
	if claim != nil && (claim.Verdict == Conflict || claim.Verdict == Fail) {
		return claim.Verdict, claim.Reason
	}
	if e, v := documented(j); e != nil {
		return v, documentWords(e, j)
	}
	for i := range j.Evidence {
		e := &j.Evidence[i]
		if e.Kind == Document && e.Complete() && j.Threshold == nil {
			return ByDocument, documentWords(e, j)
		}
	}
	if claim != nil && claim.Basis != FromNone {
		return claim.Verdict, claim.Reason
	}
	if j.Computed == Pass || j.Computed == Fail || j.Computed == NotApplicable {
		return j.Computed, computedWords(j)
	}
	return Insufficient, geo.T("没有佐证材料（需名称、日期和出具人）", "There is no document (with its name, date and author)")
}

// documented finds a document that states a figure, and the verdict of the figure.
func documented(j *Judged) (*Evidence, Verdict) {
	if j.Threshold == nil {
		return nil, ""
	}
	for i := range j.Evidence {
		e := &j.Evidence[i]
		if e.Kind != Document || !e.Complete() || e.Value == nil {
			continue
		}
		if j.Operator.Holds(*e.Value, *j.Threshold) {
			return e, ByDocument
		}
		return e, Fail
	}
	return nil, ""
}

func documentWords(e *Evidence, j *Judged) geo.Text {
	name := cmp.Or(e.Title, e.File)
	t := geo.T("依据《"+name+"》（"+e.Author+"，"+e.Date+"）", "By “"+name+"” ("+e.Author+", "+e.Date+")")
	if e.Value != nil && j.Threshold != nil {
		is, asks := Explained(*e.Value, j.Unit, j.Threshold), limit(j.Operator, *j.Threshold, j.Unit)
		t = geo.T(t.ZH+"："+is.ZH+"，要求 "+asks.ZH, t.EN+": "+is.EN+", required "+asks.EN)
	}
	return t
}

// computedWords says what was computed and what is required.
func computedWords(j *Judged) geo.Text {
	m := j.Measure
	if j.Threshold == nil || m == nil {
		return geo.Text{}
	}
	var is geo.Text
	switch {
	case m.Value != nil:
		is = Explained(*m.Value, m.Unit, j.Threshold)
	case m.Low != nil && m.High != nil:
		low, high := Explained(*m.Low, m.Unit, j.Threshold), Explained(*m.High, m.Unit, j.Threshold)
		is = geo.T(low.ZH+"–"+high.ZH, low.EN+" to "+high.EN)
	}
	asks := limit(j.Operator, *j.Threshold, j.Unit)
	switch f := fraction(m); {
	case f == (geo.Text{}):
		return geo.T("为 "+is.ZH+"，要求 "+asks.ZH, "It is "+is.EN+", required "+asks.EN)
	case m.Unit == "" && m.Value != nil && *m.Value == *m.Numerator: // a count of a list
		all := wording.Quantity(*m.Denominator, m.Of, nil)
		return geo.T(all.ZH+"中有 "+is.ZH+"，要求 "+asks.ZH, is.EN+" of "+all.EN+", required "+asks.EN)
	default:
		return geo.T(f.ZH+" = "+is.ZH+"，要求 "+asks.ZH, f.EN+" = "+is.EN+", required "+asks.EN)
	}
}

// Tolerances of a claim beside what was computed: half a point of a share, half a
// hundredth of anything else.
const (
	tolerancePoints   = 0.5
	toleranceRelative = 0.005
)

// againstMeasure holds a claim against what the layers give.
func againstMeasure(r *Requirement, claim *Reading, m *Measure) []Finding {
	if claim == nil || m == nil || m.Value == nil || r.Reads.CountIs != nil {
		return nil
	}
	var out []Finding
	add := func(zh, en string) {
		out = append(out, Finding{Code: FindComputed, Severity: Doubts, Text: geo.T(zh, en), Where: claim.Where})
	}
	stated := claim.Value
	if len(claim.Rates) > 0 && m.Unit == "%" {
		stated = &claim.Rates[0]
	}
	if stated != nil && !near(*stated, *m.Value, m.Unit) {
		said, is := wording.Stated(*stated, m.Unit), Explained(*m.Value, m.Unit, stated)
		add("申报 "+said.ZH+"，由图层计算为 "+is.ZH, "claimed "+said.EN+", the layers give "+is.EN)
	}
	if scale, ok := sizeOf(claim.Of, m.Of); ok && sameThings(r.Reads.Shared, m.Of) && claim.Denominator != nil && m.Denominator != nil {
		if all := *claim.Denominator * scale; !near(all, *m.Denominator, "") {
			said, is := wording.Quantity(all, m.Of, m.Denominator), wording.Quantity(*m.Denominator, m.Of, &all)
			add("申报总数 "+said.ZH+"，图层中为 "+is.ZH, "claimed total "+said.EN+", the layers have "+is.EN)
		}
	}
	return out
}

func near(a, b float64, unit string) bool {
	if unit == "%" {
		return math.Abs(a-b) <= tolerancePoints
	}
	return math.Abs(a-b) <= toleranceRelative*math.Max(math.Abs(a), math.Abs(b))
}

// sameThings tells whether what a claim's total counts is what the measure counts:
// a claim may count compounds where gates are computed.
func sameThings(shared, of string) bool {
	return shared == "" || shared == of || shared == "gated_compounds" && of == "compounds"
}

// sizeOf is how much of the measure's unit one of the claim's unit is; false where
// the one cannot be held against the other.
func sizeOf(claimed, of string) (float64, bool) {
	areas := map[string]float64{
		"平方公里": 1e6, "km²": 1e6, "km2": 1e6, "公顷": 1e4, "ha": 1e4, "亩": 2000.0 / 3,
		"平方米": 1, "m²": 1, "m2": 1, "㎡": 1, "万平方米": 1e4,
	}
	size, isArea := areas[claimed]
	if of == "m²" {
		return size, isArea
	}
	return 1, !isArea && !measured(of)
}

// incomplete tells of evidence that lacks what makes it count.
func incomplete(list []Evidence) []Finding {
	var out []Finding
	for i := range list {
		e := &list[i]
		if e.Complete() {
			continue
		}
		name := cmp.Or(e.Title, e.File, e.ID)
		text := geo.T("材料《"+name+"》缺少名称、日期或出具人，不作依据", "“"+name+"” lacks its name, date or author and is not counted")
		if e.Kind == Waiver {
			text = geo.T("豁免 "+name+" 缺少理由、日期或审核人，不作依据", "waiver "+name+" lacks its reason, date or reviewer and is not counted")
		}
		out = append(out, Finding{Code: FindEvidence, Severity: Doubts, Text: text})
	}
	return out
}
