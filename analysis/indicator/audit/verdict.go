package audit

import (
	"slices"

	"yiju/analysis/indicator"
	"yiju/geo"
)

// verdict decides from the table alone, in the order in which one reason makes the
// next ones idle.
func (r *reader) verdict() {
	if r.silent() || r.inapplicable() || r.grade() {
		return
	}
	switch {
	case r.r.Threshold.Given() && r.threshold == nil:
		r.unstated()
	case r.r.Kind == indicator.Attested:
		r.attested()
	case r.r.Unit == "%" && !r.countInstead():
		r.share()
	default:
		r.count()
	}
	r.denied()
}

// countInstead tells whether a number of things is claimed where a share is computed.
func (r *reader) countInstead() bool {
	return r.r.Reads.CountIs != nil && len(r.out.Rates) == 0 && r.ratio == nil
}

// silent decides where the claim says nothing.
func (r *reader) silent() bool {
	if r.out.Basis != indicator.FromNone || r.e.said.den != nil || r.e.said.num != nil {
		return false
	}
	switch met := r.out.Met; {
	case met != nil && !*met:
		r.decided(indicator.Fail, geo.T("申报人自称不达标", "the applicant says that it is not met"))
	case met != nil:
		r.decided(indicator.Insufficient, geo.T("只写达标，没有说明", "it only says that it is met"))
	default:
		r.decided(indicator.Insufficient, geo.T("申报栏没有说明这一项", "the claim says nothing on it"))
	}
	return true
}

// inapplicable decides where there is nothing to judge: the condition is false by the
// claim's own words, or the whole is zero.
func (r *reader) inapplicable() bool {
	if c := r.r.Condition; c != nil && r.conditionFalse(c) {
		return true
	}
	den, num := r.e.said.den, r.e.said.num
	if den == nil || den.value != 0 || r.r.Unit != "%" {
		return false
	}
	if num != nil && num.value > 0 {
		r.exceeds()
		return true
	}
	what := den.words()
	r.out.Basis, r.out.Value = indicator.FromCounts, nil
	if r.e.said.all || r.out.Met != nil && *r.out.Met {
		r.find(indicator.FindVacuous, indicator.Grave, geo.T("总数为 "+what+"，没有可计的对象，不能算作达标", "the total is 0: there is nothing to count, so that it is not met but does not apply"))
	}
	r.decided(indicator.NotApplicable, geo.T("总数为 "+what+"，本项不适用", "the total is 0, so that it does not apply"))
	return true
}

// conditionFalse decides where the claim says that the condition does not hold, by its
// figure or in words.
func (r *reader) conditionFalse(c *indicator.Condition) bool {
	f, limit := r.e.said.condition, r.profile.Number(c.Threshold)
	if f == nil || limit == nil {
		if at := slices.IndexFunc(c.Absent, func(w string) bool { return contains(r.e.plain, w) }); at >= 0 {
			r.decided(indicator.NotApplicable, geo.T("申报称“"+c.Absent[at]+"”，本项不适用", "the claim says “"+c.Absent[at]+"”, so it does not apply"))
			return true
		}
		r.find(indicator.FindCondition, indicator.Remark, geo.T("是否适用未说明："+c.Title.ZH, "it is not shown whether it applies: "+c.Title.EN))
		return false
	}
	holds := c.Operator.Holds(f.value, *limit)
	if f.bound == '<' && f.value <= *limit {
		holds = false
	}
	if holds {
		return false
	}
	is := f.words()
	why := geo.T("申报为 "+is+"，条件“"+c.Title.ZH+"”不成立，本项不适用", "the claim says "+is+", so that its condition, "+c.Title.EN+", does not hold")
	if kinds := r.kinds(); len(kinds) > 0 && r.countsKinds() {
		n := number(float64(len(kinds)))
		why = geo.T(why.ZH+"；所列服务中有 "+n+" 种属于标准所列："+joined(kinds), why.EN+"; "+n+" of the kinds listed are of the standard: "+joined(kinds))
	}
	r.decided(indicator.NotApplicable, why)
	return true
}

// unstated decides where the threshold is not known.
func (r *reader) unstated() {
	r.against()
	if r.r.Threshold.Parameter != "" {
		r.decided(indicator.Insufficient, geo.Tf("参数 %[1]s 未设定，不作判定", "parameter %[1]s is not set; nothing is judged", r.r.Threshold.Parameter))
		return
	}
	r.decided(indicator.Insufficient, geo.T("该档次的门限不详，不作判定", "the threshold of this tier is not known; nothing is judged"))
}

// share decides a requirement on a share.
func (r *reader) share() {
	r.against()
	if r.exceeds() {
		return
	}
	r.echo()
	switch {
	case r.ratio != nil && r.e.said.inferred && r.r.Reads.Verify != (geo.Text{}) && r.holds(*r.ratio):
		r.decided(indicator.ByDocument, r.r.Reads.Verify)
	case r.ratio != nil:
		r.shareOfCounts()
	case len(r.out.Rates) > 0:
		r.shareAlone()
	case r.e.said.num != nil && r.e.said.den == nil:
		r.decided(indicator.Insufficient, geo.T("只有分子 "+r.e.said.num.words()+"，没有总数", "it gives "+r.e.said.num.words()+" and no total"))
	case r.r.Reads.Verify != (geo.Text{}) && !r.copied():
		r.decided(indicator.ByDocument, r.r.Reads.Verify)
	default:
		r.wordsAlone()
	}
}

// wordsAlone decides where there is no figure.
func (r *reader) wordsAlone() {
	if r.out.Value != nil {
		r.decided(indicator.Insufficient, geo.T("只有“全覆盖”一类文字，没有数量", "it claims everything in words and gives no counts"))
		return
	}
	r.decided(indicator.Insufficient, geo.T("只有文字，没有数量", "it gives words and no counts"))
}

// shareOfCounts decides by the applicant's own counts.
func (r *reader) shareOfCounts() {
	if r.copied() {
		r.decided(indicator.Insufficient, geo.T("照抄标准所列的全部种类，看不出实际情况", "it copies the whole list of the standard and does not show what there is"))
		return
	}
	if !r.holds(*r.ratio) {
		short := r.shortOf()
		r.find(indicator.FindCounts, indicator.Grave, short)
		r.below()
		r.decided(indicator.Fail, short)
		return
	}
	division := r.division()
	if low := slices.IndexFunc(r.e.said.rates, func(f figure) bool { return !r.rateHolds(f) }); low >= 0 {
		r.below()
		rate := percentText(r.out.Rates[low])
		r.decided(indicator.Conflict, geo.T("申报 "+rate.ZH+" "+r.misses().ZH+"，自报数字却是 "+division.ZH, "it claims "+rate.EN+", which "+r.misses().EN+", yet its own counts give "+division.EN))
		return
	}
	if against := r.otherTotal(); against != nil {
		r.decided(indicator.Conflict, *against)
		return
	}
	meets := geo.T("自报数字 "+division.ZH+"，达到 "+r.required().ZH, "its own counts give "+division.EN+", required "+r.required().EN)
	if r.found(indicator.FindMismatch) {
		meets = geo.T(meets.ZH+"；申报值应更正", meets.EN+"; the claimed figure should be corrected")
	}
	r.decided(indicator.Pass, meets)
}

// otherTotal tells where the total that other rows give would turn the verdict.
func (r *reader) otherTotal() *geo.Text {
	g := r.groups[r.r.Reads.Shared]
	if g == nil || g.usual == nil || g.usual.base() == r.e.said.den.base() || g.usual.base() == 0 || r.e.said.num.sort != g.usual.sort {
		return nil
	}
	v := 100 * r.e.said.num.base() / g.usual.base()
	if r.holds(v) {
		return nil
	}
	text := geo.T("按其他项的总数 "+g.usual.words()+" 计为 "+percentBeside(v, *r.threshold).ZH+"，"+r.misses().ZH,
		"with the total of other rows, "+g.usual.words()+", it is "+percentBeside(v, *r.threshold).EN+", which "+r.misses().EN)
	r.out.Findings = slices.DeleteFunc(r.out.Findings, func(f indicator.Finding) bool { return f.Code == indicator.FindShared })
	r.find(indicator.FindShared, indicator.Grave, text)
	return &text
}

// shareAlone decides by shares without counts.
func (r *reader) shareAlone() {
	rates := r.e.said.rates
	meet := 0
	for _, f := range rates {
		if r.rateHolds(f) {
			meet++
		}
	}
	last := percentText(rates[len(rates)-1].value)
	switch {
	case meet > 0 && meet < len(rates):
		text := r.disagree()
		r.find(indicator.FindSelf, indicator.Grave, text)
		r.decided(indicator.Conflict, text)
	case r.impossible():
		// decided there
	case meet == 0:
		r.below()
		r.decided(indicator.Fail, geo.T("申报 "+last.ZH+"，"+r.misses().ZH, "it claims "+last.EN+", which "+r.misses().EN))
	case r.found(indicator.FindEcho):
		r.decided(indicator.Insufficient, geo.T("申报值与门限相同，没有数量支撑", "the figure claimed is the threshold itself, without counts behind it"))
	default:
		r.decided(indicator.Insufficient, geo.T("申报 "+last.ZH+"，没有数量支撑", "it claims "+last.EN+" without counts behind it"))
	}
	if meet == 0 || meet == len(rates) {
		r.differ()
	}
}

// count decides a requirement on a number of things.
func (r *reader) count() {
	least, op := r.threshold, r.r.Operator
	if r.r.Reads.CountIs != nil {
		least, op = r.r.Reads.CountIs, indicator.AtLeast
	}
	if r.out.Basis != indicator.FromCount || least == nil {
		r.decided(indicator.Insufficient, geo.T("只有文字，没有数量", "it gives words and no counts"))
		return
	}
	if r.fewerNamed(*least) {
		return
	}
	is, asks := r.countText(*r.out.Value), geo.T(op.Sign()+number(*least), op.Sign()+" "+number(*least))
	if op.Holds(*r.out.Value, *least) {
		r.decided(indicator.Pass, geo.T("申报 "+is.ZH+"，达到 "+asks.ZH, "it claims "+is.EN+", required "+asks.EN))
		return
	}
	text := geo.T("申报 "+is.ZH+"，未达到 "+asks.ZH, "it claims "+is.EN+", required "+asks.EN)
	if c := r.r.Condition; c != nil && r.e.said.condition == nil {
		r.decided(indicator.Insufficient, geo.T(text.ZH+"；是否适用未说明", text.EN+"; it is not shown whether it applies"))
		return
	}
	r.find(indicator.FindBelow, indicator.Grave, text)
	r.decided(indicator.Fail, text)
}

// fewerNamed tells where fewer kinds are named than are claimed. Where those named do
// not suffice, it decides.
func (r *reader) fewerNamed(least float64) bool {
	kinds := r.kinds()
	n := float64(len(kinds))
	if !r.countsKinds() || len(r.e.said.counts) == 0 || n == 0 || n >= *r.out.Value {
		return false
	}
	text := geo.T("申报 "+number(*r.out.Value)+" 种，能对上标准的只有 "+number(n)+" 种："+joined(kinds), "it claims "+number(*r.out.Value)+" and names "+number(n)+" of the standard: "+joined(kinds))
	r.find(indicator.FindSelf, indicator.Doubts, text)
	if n < least && *r.out.Value >= least {
		r.decided(indicator.Insufficient, text)
		return true
	}
	return false
}

// attested decides a requirement that rests on documents.
func (r *reader) attested() {
	if r.threshold != nil && !r.attestedCount() {
		return
	}
	if names := r.documents(); len(names) > 0 {
		r.decided(indicator.ByDocument, geo.T("凭材料认定："+joined(names), "by document: "+joined(names)))
		return
	}
	r.decided(indicator.ByDocument, geo.T("只有申报人的陈述，凭材料认定", "the applicant states it; a document decides"))
}

// attestedCount compares a number that is claimed, such as meetings in a year; false
// where it decides.
func (r *reader) attestedCount() bool {
	value := r.out.Value
	if len(r.out.Rates) > 0 || r.ratio != nil {
		r.share()
		return false
	}
	if value == nil || r.out.Basis != indicator.FromCount {
		if *r.threshold <= 1 && r.out.Basis == indicator.FromWords {
			return true
		}
		r.decided(indicator.Insufficient, geo.T("要求 "+r.required().ZH+"，申报未列出", "required "+r.required().EN+", the claim lists none"))
		return false
	}
	if r.fewerNamed(*r.threshold) {
		return false
	}
	is := r.countText(*value)
	if r.holds(*value) {
		if *value == *r.threshold && len(r.e.said.counts) > 0 {
			r.echoOfCount()
		}
		return true
	}
	text := geo.T("申报 "+is.ZH+"，未达到 "+r.required().ZH, "it claims "+is.EN+", required "+r.required().EN)
	if len(r.e.said.counts) == 0 {
		// Kinds that are not in the list of the profile may well count.
		r.decided(indicator.Insufficient, geo.T("可辨认的有 "+is.ZH+"，要求 "+r.required().ZH, "those that can be told are "+is.EN+", required "+r.required().EN))
		return false
	}
	r.find(indicator.FindBelow, indicator.Grave, text)
	r.decided(indicator.Fail, text)
	return false
}

// denied brings in the applicant's own answer where it is no.
func (r *reader) denied() {
	if r.out.Met == nil || *r.out.Met {
		return
	}
	no := geo.T("申报人自称不达标", "the applicant says that it is not met")
	switch r.out.Verdict {
	case indicator.Pass:
		r.find(indicator.FindSelf, indicator.Doubts, geo.T(no.ZH+"，与其数字不符", no.EN+", against its own figures"))
	case indicator.ByDocument, indicator.Insufficient:
		r.decided(indicator.Fail, no)
	}
}
