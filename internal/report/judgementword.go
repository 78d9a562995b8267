package report

import (
	"strings"

	"yiju/analysis/indicator"
	"yiju/analysis/indicator/wording"
	"yiju/geo"
)

// verdictSign tells verdicts apart where there is no colour. The signs are in every
// Chinese font.
func verdictSign(v indicator.Verdict) string {
	switch v {
	case indicator.Pass:
		return "√"
	case indicator.Fail:
		return "×"
	case indicator.Conflict:
		return "≠"
	case indicator.Insufficient:
		return "?"
	case indicator.ByDocument:
		return "◇"
	case indicator.Waived:
		return "○"
	}
	return "—"
}

// verdictColour is the colour of a verdict in charts and cells: red for a fail alone,
// the others apart for eyes that see no red or green.
func verdictColour(v indicator.Verdict) string {
	switch v {
	case indicator.Pass:
		return "#2b7f88"
	case indicator.Fail:
		return "#c23616"
	case indicator.Conflict:
		return "#7d4f9e"
	case indicator.Insufficient:
		return "#d9a520"
	case indicator.ByDocument:
		return "#6f9fcf"
	case indicator.Waived:
		return "#6b7683"
	}
	return "#c5ccd3"
}

// verdictMeaning explains a verdict.
func verdictMeaning(v indicator.Verdict) geo.Text {
	switch v {
	case indicator.Pass:
		return geo.T("已核算或清点，达到要求", "computed or counted, and it meets the requirement")
	case indicator.Fail:
		return geo.T("已核算或清点，未达到要求", "computed or counted, and it misses the requirement")
	case indicator.Conflict:
		return geo.T("申报内容与其自报数量、核算值、其他行或自身相矛盾", "the claim contradicts its own counts, the computed value, another row or itself")
	case indicator.Insufficient:
		return geo.T("缺少数据或材料，不能下结论；并列出要补充什么", "data or documents are missing, so that nothing can be said; what to bring is listed")
	case indicator.ByDocument:
		return geo.T("以材料为依据（写明文件、日期和出具人）；没有材料、只有申报人陈述的，另列入要补充的材料", "rests on a document with its file, date and author; where there is the applicant's word alone, the document is listed among what to collect")
	case indicator.Waived:
		return geo.T("评审人说明理由后豁免", "a reviewer waived it and said why")
	case indicator.NotApplicable:
		return geo.T("前提条件不成立，或没有可计数的对象", "its condition does not hold, or there is nothing to count")
	}
	return geo.Text{}
}

func severityTitle(s indicator.Severity) geo.Text {
	switch s {
	case indicator.Grave:
		return geo.T("严重", "grave")
	case indicator.Doubts:
		return geo.T("存疑", "in doubt")
	case indicator.Remark:
		return geo.T("提示", "remark")
	}
	return geo.T(string(s), string(s))
}

// modalTitle words the verb of the standard.
func modalTitle(modal string) geo.Text {
	english := map[string]string{"应": "shall", "应当": "shall", "宜": "should", "鼓励": "encouraged", "支持": "supported", "可": "may"}
	if en, ok := english[modal]; ok {
		return geo.T(modal, en)
	}
	return geo.T(modal, modal)
}

func roleTitle(r indicator.Role) geo.Text {
	switch r {
	case indicator.Made:
		return geo.T("达标", "met")
	case indicator.Failed:
		return geo.T("不达标", "not met")
	case indicator.Unknown:
		return geo.T("未知", "unknown")
	}
	return geo.T(string(r), string(r))
}

// requirementText words what is asked of a value: the figure with its sign.
func requirementText(j *indicator.Judged) geo.Text {
	switch {
	case j.Unstated:
		return geo.T("本档数值未查到", "not known at this tier")
	case j.Threshold == nil:
		return geo.Text{}
	}
	sign := j.Operator.Sign()
	if sign == "" {
		sign = "≥"
	}
	unit := j.Unit
	if unit == "" && j.Measure != nil {
		unit = valueUnit(j.Measure)
	}
	n := wording.Stated(*j.Threshold, unit)
	return geo.T(sign+"\u00a0"+n.ZH, sign+"\u00a0"+n.EN)
}

// thresholdSource says that a threshold is not from the standard, and whose it is.
func thresholdSource(j *indicator.Judged) geo.Text {
	if empty(j.ThresholdFrom) {
		return geo.Text{}
	}
	if strings.Contains(j.ThresholdFrom.ZH, "非标准") {
		return j.ThresholdFrom // it says so itself
	}
	return around("非标准规定：", "not from the standard: ", j.ThresholdFrom)
}

// conditionText words a condition and what was found of it.
func conditionText(c *indicator.JudgedCondition) geo.Text {
	out := around("前提：", "if: ", c.Title)
	switch {
	case c.Holds == nil:
		out = join(out, geo.T("（未知）", " (not known)"))
	case *c.Holds:
		out = join(out, geo.T("（成立", " (holds"), conditionValue(c), geo.T("）", ")"))
	default:
		out = join(out, geo.T("（不成立", " (does not hold"), conditionValue(c), geo.T("）", ")"))
	}
	return out
}

func conditionValue(c *indicator.JudgedCondition) geo.Text {
	if c.Value == nil {
		return geo.Text{}
	}
	from := geo.Text{}
	switch c.From {
	case "computed":
		from = geo.T("核算 ", "computed ")
	case "claim":
		from = geo.T("申报 ", "claimed ")
	}
	return join(geo.T("，", ", "), from, wording.Quantity(*c.Value, c.Unit, c.Threshold))
}

// valueUnit is the unit of a value; a count is of what it counts.
func valueUnit(m *indicator.Measure) string {
	if m.Unit == "" && m.Denominator == nil {
		return m.Of
	}
	return m.Unit
}

// valueText words the value of a measure, or between which bounds it lies.
func valueText(m *indicator.Measure, against *float64) geo.Text {
	switch {
	case m == nil:
		return geo.Text{}
	case m.Value != nil:
		return wording.Quantity(*m.Value, valueUnit(m), against)
	case m.Low != nil && m.High != nil:
		return join(wording.Quantity(*m.Low, m.Unit, against), geo.T("–", " to "), wording.Quantity(*m.High, m.Unit, against), geo.T("（部分未知）", " (part unknown)"))
	case m.Denominator != nil && *m.Denominator == 0 && len(m.Missing) == 0:
		return geo.T("没有对象", "nothing to count")
	}
	return geo.T("未知", "unknown")
}

// ratioText words numerator and denominator.
func ratioText(numerator, denominator *float64, of string) geo.Text {
	switch {
	case numerator == nil && denominator == nil:
		return geo.Text{}
	case denominator == nil:
		return wording.Quantity(*numerator, of, nil)
	case numerator == nil:
		n := wording.Quantity(*denominator, of, nil)
		return geo.T("共 "+n.ZH, "of "+n.EN)
	}
	// Side by side the two must not look the same where they are not.
	return ratio(wording.Rounded(*numerator, "", denominator), wording.Rounded(*denominator, "", numerator), of)
}

// statedRatio words an applicant's counts with all their digits; empty without both.
func statedRatio(r *indicator.Reading) geo.Text {
	if r.Numerator == nil || r.Denominator == nil {
		return geo.Text{}
	}
	return ratio(wording.Shortest(*r.Numerator), wording.Shortest(*r.Denominator), r.Of)
}

func ratio(numerator, denominator, of string) geo.Text {
	u := wording.UnitOf(of)
	return geo.T(numerator+" ÷ "+denominator+u.ZH, numerator+" of "+denominator+u.EN)
}

// evidenceText words a document or a waiver.
func evidenceText(e *indicator.Evidence) geo.Text {
	var parts []string
	for _, s := range []string{e.Title, e.File, e.Author, e.Date} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	out := geo.T(strings.Join(parts, "，"), strings.Join(parts, ", "))
	if e.Value != nil {
		out = join(out, geo.T("；载明 ", "; states "), wording.Stated(*e.Value, ""))
	}
	if e.Kind == indicator.Waiver {
		out = around("豁免：", "waived: ", join(geo.T(e.Reason, e.Reason), geo.T("（", " ("), out, geo.T("）", ")")))
	} else {
		out = around("材料：", "document: ", out)
	}
	if !e.Complete() {
		out = join(out, geo.T("（要素不全）", " (incomplete)"))
	}
	return out
}

func empty(t geo.Text) bool { return t.ZH == "" && t.EN == "" }

// join sets wordings one behind the other.
func join(parts ...geo.Text) geo.Text {
	var out geo.Text
	for _, p := range parts {
		out.ZH += p.In("zh")
		out.EN += p.EN
		if p.EN == "" {
			out.EN += p.ZH
		}
	}
	return out
}

func around(zh, en string, t geo.Text) geo.Text { return join(geo.T(zh, en), t) }
