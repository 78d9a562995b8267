package audit

import (
	"fmt"
	"slices"
	"strings"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

func joined(list []string) string { return strings.Join(list, "、") }

func percentText(v float64) geo.Text { return geo.T(number(v)+"%", number(v)+" %") }

// percentBeside words a share so that it does not look like the threshold.
func percentBeside(v, threshold float64) geo.Text {
	s := indicator.PlainBeside(v, threshold)
	return geo.T(s+"%", s+" %")
}

// required words the threshold.
func (r *reader) required() geo.Text {
	if r.threshold == nil {
		return geo.T("门限不详", "a threshold that is not known")
	}
	v, sign := number(*r.threshold), r.r.Operator.Sign()
	if r.r.Unit == "%" {
		return geo.T(sign+v+"%", sign+" "+v+" %")
	}
	of := r.r.Unit
	if len(r.r.Reads.Units) > 0 {
		of = r.r.Reads.Units[0]
	}
	return geo.T(sign+v+of, sign+" "+v)
}

// misses words that a value does not meet the threshold.
func (r *reader) misses() geo.Text {
	v := number(*r.threshold)
	p := percentText(*r.threshold)
	if r.r.Unit != "%" {
		p = geo.T(v, v)
	}
	switch r.r.Operator {
	case indicator.AtLeast:
		return geo.T("低于要求的 "+p.ZH, "is under the "+p.EN+" required")
	case indicator.Above:
		return geo.T("不高于 "+p.ZH, "is not above "+p.EN)
	case indicator.AtMost:
		return geo.T("高于限值 "+p.ZH, "is over the limit of "+p.EN)
	case indicator.Below:
		return geo.T("不低于 "+p.ZH, "is not below "+p.EN)
	}
	return geo.T("不等于 "+p.ZH, "is not "+p.EN)
}

// countText words a number of things in the unit of the claim.
func (r *reader) countText(v float64) geo.Text {
	of := r.out.Of
	if of == "" && r.countsKinds() {
		of = "种"
		if len(r.r.Reads.Units) > 0 {
			of = r.r.Reads.Units[0]
		}
	}
	return geo.T(number(v)+of, number(v))
}

// division words the applicant's counts and what they give.
func (r *reader) division() geo.Text {
	num, den := r.e.said.num, r.e.said.den
	share := percentText(*r.ratio)
	switch {
	case r.threshold != nil:
		share = percentBeside(*r.ratio, *r.threshold)
	default:
		share = geo.T(indicator.Plain(*r.ratio)+"%", indicator.Plain(*r.ratio)+" %")
	}
	return geo.T(num.words()+"÷"+den.words()+"="+share.ZH, number(num.value)+" ÷ "+number(den.value)+" = "+share.EN)
}

// shortOf words that the counts do not suffice, and how many are wanting.
func (r *reader) shortOf() geo.Text {
	division, misses := r.division(), r.misses()
	text := geo.T("自报数字 "+division.ZH+"，"+misses.ZH, "its own counts give "+division.EN+", which "+misses.EN)
	if len(r.out.Rates) > 0 {
		rate := percentText(r.out.Rates[len(r.out.Rates)-1])
		text = geo.T("申报 "+rate.ZH+"，但 "+division.ZH+"，"+misses.ZH, "it claims "+rate.EN+", but "+division.EN+", which "+misses.EN)
	}
	num, den := r.e.said.num, wholeNumber(r.e.said.den)
	if den == nil || r.r.Operator != indicator.AtLeast && r.r.Operator != indicator.Above {
		return text
	}
	need, ok := indicator.Needed(r.r.Operator, *r.threshold, int(den.value))
	if !ok {
		return text
	}
	lack := number(float64(need) - num.value)
	return geo.T(fmt.Sprintf("%s；需%d%s，尚差%s%s", text.ZH, need, num.unit, lack, num.unit), fmt.Sprintf("%s; %d are needed, %s short", text.EN, need, lack))
}

// below tells of claimed shares under the threshold.
func (r *reader) below() {
	for i, f := range r.e.said.rates {
		if r.rateHolds(f) || slices.Contains(r.out.Rates[:i], f.value) {
			continue
		}
		p, misses := percentText(f.value), r.misses()
		r.find(indicator.FindBelow, indicator.Grave, geo.T("申报 "+p.ZH+" "+misses.ZH, "the "+p.EN+" claimed "+misses.EN))
	}
}

// against holds claimed shares against the applicant's own counts, the counts against
// each other, and the totals against those of other rows.
func (r *reader) against() {
	if f := r.shared(r.e); f != nil {
		f.Where = r.out.Where
		r.out.Findings = append(r.out.Findings, *f)
	}
	if r.ratio == nil {
		return
	}
	num, den := r.e.said.num, r.e.said.den
	off := slices.IndexFunc(r.out.Rates, func(v float64) bool { return !near(v, *r.ratio) })
	if off >= 0 {
		rate, division := percentText(r.out.Rates[off]), r.division()
		text := geo.T("申报 "+rate.ZH+"，自报数字却是 "+division.ZH, "claimed "+rate.EN+", but its own counts give "+division.EN)
		if r.out.Rates[off] == num.value {
			text = geo.T(text.ZH+"；"+num.words()+"是数量，不是百分比", text.EN+"; "+number(num.value)+" is the count, not the share")
		}
		r.find(indicator.FindMismatch, indicator.Doubts, text)
	}
	if clash(num, den) {
		r.find(indicator.FindUnit, indicator.Doubts, geo.T("单位不一致："+num.words()+" 与 "+den.words(), "the units do not fit: "+num.words()+" and "+den.words()))
	} else if num.sort == area && den.sort == area && num.size != den.size {
		r.find(indicator.FindUnit, indicator.Remark, geo.T("面积单位不同："+num.words()+" 与 "+den.words()+"，已换算", "the areas are in different units, "+num.words()+" and "+den.words()+", and were converted"))
	}
	if num.sort == area && num.base() == den.base() {
		r.find(indicator.FindRounded, indicator.Doubts, geo.T("分子与分母完全相同（"+num.words()+"），像是照填总面积，需要覆盖图", "numerator and denominator are the same to the last digit ("+number(num.value)+"), as if the whole area were filled in twice; a coverage map is needed"))
	}
	if d := r.r.Reads.Definition; d != (geo.Text{}) {
		r.find(indicator.FindDefinition, indicator.Remark, d)
	}
}

// clash tells whether what was counted cannot be set against the total: households
// against things, an area against a number.
func clash(a, b *figure) bool {
	if a.sort == bare || b.sort == bare || a.unit == b.unit {
		return false
	}
	if a.sort == area || b.sort == area {
		return a.sort != b.sort
	}
	return households(a.unit) != households(b.unit)
}

// households tells whether a unit counts households. 个 and the like are for things;
// 台 of devices may well be set against 人.
func households(unit string) bool { return unit == "户" || unit == "家" }

// exceeds decides where more is counted than there is.
func (r *reader) exceeds() bool {
	num, den := r.e.said.num, r.e.said.den
	if num == nil || den == nil || num.base() <= den.base() || clash(num, den) {
		return false
	}
	if r.r.Reads.Definition != (geo.Text{}) && den.value > 0 {
		r.find(indicator.FindExceeds, indicator.Doubts, geo.T("分子 "+num.words()+" 大于分母 "+den.words(), "the numerator "+number(num.value)+" is greater than the denominator "+number(den.value)))
		return false
	}
	text := geo.T("分子 "+num.words()+" 大于分母 "+den.words()+"，不可能", "the numerator "+number(num.value)+" is greater than the denominator "+number(den.value)+", which cannot be")
	r.find(indicator.FindExceeds, indicator.Grave, text)
	r.decided(indicator.Conflict, text)
	return true
}

// echo tells of a share that is a threshold of some tier, where the applicant's own
// counts do not give it as well.
func (r *reader) echo() {
	claimed := r.out.Rates
	if len(claimed) == 0 && r.ratio == nil && r.e.said.all && r.out.Value != nil {
		claimed = []float64{*r.out.Value}
	}
	for i, v := range claimed {
		if r.ratio != nil && near(v, *r.ratio) || slices.Contains(claimed[:i], v) {
			continue
		}
		whose, ok := r.thresholdOf(v)
		if !ok {
			continue
		}
		p := percentText(v)
		backing := geo.T("没有数量支撑", "without counts behind it")
		if r.ratio != nil {
			backing = geo.T("不是由数量算出的", "and not what the counts give")
		}
		r.find(indicator.FindEcho, indicator.Doubts, geo.T(p.ZH+"恰为门限值（"+whose.ZH+"），"+backing.ZH, p.EN+" is the very threshold ("+whose.EN+"), "+backing.EN))
	}
}

// thresholdOf names the tier of which a share is the threshold.
func (r *reader) thresholdOf(v float64) (geo.Text, bool) {
	if r.threshold != nil && *r.threshold == v {
		return r.profile.TierTitle, true
	}
	for i := range r.tiers {
		t := &r.tiers[i]
		if of := requirementOf(t, r.r.ID); of != nil && of.Unit == r.r.Unit {
			if n := t.Number(of.Threshold); n != nil && *n == v {
				return t.TierTitle, true
			}
		}
	}
	return geo.Text{}, false
}

func requirementOf(p *indicator.Profile, id string) *indicator.Requirement {
	for i := range p.Indicators {
		for j := range p.Indicators[i].Requirements {
			if r := &p.Indicators[i].Requirements[j]; r.ID == id {
				return r
			}
		}
	}
	return nil
}

// echoOfCount tells of a number that is the threshold, without anything that shows it.
func (r *reader) echoOfCount() {
	if r.out.Of != "次" && r.out.Of != "场" {
		return
	}
	is := r.countText(*r.out.Value)
	r.find(indicator.FindEcho, indicator.Doubts, geo.T(is.ZH+"恰为要求的次数，没有佐证", is.EN+" is the very number required, with nothing to show it"))
	if !r.dated() && len(r.e.row.Evidence) == 0 {
		r.find(indicator.FindEvidence, indicator.Doubts, geo.T("未列出各次的日期", "no dates are given"))
	}
}

// dated tells whether the claim names days or months.
func (r *reader) dated() bool {
	text := string(r.e.plain)
	return strings.Contains(text, "月") && slices.ContainsFunc(figures(r.e.plain), func(f figure) bool { return f.unit == "月" || f.unit == "日" })
}

// impossible decides where no whole number of so few gives the share.
func (r *reader) impossible() bool {
	n, rows := r.wholes(r.e)
	if n == nil || n.value < 1 {
		return false
	}
	for _, f := range r.e.said.rates {
		if indicator.Attainable(int(n.value), f.value, f.decimals) {
			continue
		}
		text := impossibleText(f, n, rows)
		r.find(indicator.FindImpossible, indicator.Grave, text)
		if need, ok := indicator.Needed(r.r.Operator, *r.threshold, int(n.value)); ok {
			text = geo.T(fmt.Sprintf("%s；达标须 %d 个中做到 %d 个", text.ZH, int(n.value), need), fmt.Sprintf("%s; to pass it takes %d of %d", text.EN, need, int(n.value)))
		}
		r.decided(indicator.Insufficient, text)
		return true
	}
	return false
}

// fewest is up to how many things all shares that they can have are listed.
const fewest = 6

func impossibleText(f figure, n *figure, rows []int) geo.Text {
	whole := int(n.value)
	where := geo.Text{}
	if len(rows) > 0 {
		list := make([]string, len(rows))
		for i, row := range rows {
			list[i] = fmt.Sprint(row)
		}
		where = geo.T("（见第 "+joined(list)+" 项）", " (see no. "+strings.Join(list, ", ")+")")
	}
	p := percentText(f.value)
	if whole > fewest {
		return geo.T(fmt.Sprintf("总数 %s%s，没有一个整数个数得出 %s", n.words(), where.ZH, p.ZH), fmt.Sprintf("of %d%s no whole number is %s", whole, where.EN, p.EN))
	}
	list := make([]string, whole+1)
	for k := range list {
		list[k] = indicator.Plain(100 * float64(k) / float64(whole))
	}
	return geo.T(fmt.Sprintf("总数 %s%s，比例只能是 %s%%，不会是 %s", n.words(), where.ZH, strings.Join(list, "、"), p.ZH),
		fmt.Sprintf("of %d%s the share can only be %s %%, never %s", whole, where.EN, strings.Join(list, ", "), p.EN))
}

// disagree words shares of one part of which some meet the threshold and others not.
func (r *reader) disagree() geo.Text {
	var zh, en []string
	for i, f := range r.e.said.rates {
		if slices.Contains(r.out.Rates[:i], f.value) {
			continue
		}
		p := percentText(f.value)
		if r.rateHolds(f) {
			zh, en = append(zh, p.ZH+"可达标"), append(en, p.EN+" would pass")
		} else {
			zh, en = append(zh, p.ZH+"不达标"), append(en, p.EN+" would not")
		}
	}
	return geo.T("同一项中前后数值不一："+strings.Join(zh, "，")+"（要求 "+r.required().ZH+"）", "it states several values: "+strings.Join(en, ", ")+" (required "+r.required().EN+")")
}

// differ tells of several values of one part that agree in the outcome alone.
func (r *reader) differ() {
	for _, v := range r.out.Rates {
		if first := r.out.Rates[0]; !near(first, v) {
			a, b := percentText(first), percentText(v)
			r.find(indicator.FindSelf, indicator.Doubts, geo.T("同一项中前后数值不一："+a.ZH+"、"+b.ZH, "it states several values: "+a.EN+" and "+b.EN))
			return
		}
	}
}

func twoRows(first, second string) geo.Text {
	return geo.T("同一指标有两行（"+wording.Place(first).ZH+"；"+wording.Place(second).ZH+"），内容不同", "two rows are of the same indicator ("+first+"; "+second+") and differ")
}
