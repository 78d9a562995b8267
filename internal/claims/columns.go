package claims

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// role is what a column holds.
type role string

const (
	none        role = ""
	group       role = "group"
	number      role = "number"
	title       role = "title"
	definition  role = "definition"
	requirement role = "requirement"
	level       role = "level"
	claim       role = "claim"
	verdict     role = "verdict"
	value       role = "value"
	numerator   role = "numerator"
	denominator role = "denominator"
	unit        role = "unit"
	note        role = "note"
	evidence    role = "evidence"
	date        role = "date"
	author      role = "author"
)

// columnNames are how columns are called, in the form that plainName gives.
var columnNames = map[role]string{
	group:       "一级指标 指标类别 指标分类 类别 分类 体系 系统 一级 领域 板块 维度 group category section",
	number:      "序号 编号 指标序号 指标编号 号 项次 项目序号 no no. number # item id",
	title:       "二级指标 指标 指标名称 名称 三级指标 考核指标 评价指标 建设指标 指标项 项目 验收项目 建设内容名称 indicator title name indicatorname",
	definition:  "指标释义 释义 指标解释 解释 指标说明 指标定义 定义 计算方法 definition formula description",
	requirement: "标准要求 建设标准 建设要求 指标要求 要求 标准 达标要求 达标标准 评价标准 验收标准 考核标准 指标内容 目标值 标准值 门限 requirement requirements standard target threshold",
	level:       "指标性质 性质 级别 指标级别 层级 要求级别 level",
	claim: "完成情况 自评情况 建设情况 达标情况 落实情况 实际情况 申报情况 自查情况 申报内容 申报说明 情况说明 完成情况说明 自评说明 自评内容 建设成效 实施情况 现状 " +
		"claim claims completion status statement selfassessment achieved",
	verdict:     "是否达标 达标与否 自评结果 自评结论 自评 结论 是否完成 是否符合 验收结果 met result verdict",
	value:       "申报值 完成值 自评值 实际值 指标值 完成率 实际完成值 申报数值 数值 比例 value claimedvalue rate share",
	numerator:   "分子 分子数 完成数 已完成数 达标数 numerator",
	denominator: "分母 分母数 总数 总量 应完成数 denominator total",
	unit:        "单位 计量单位 计数单位 unit units",
	note:        "备注 说明 其他说明 remark remarks note notes",
	evidence:    "佐证材料 证明材料 支撑材料 佐证 附件 材料 材料名称 证据 evidence documents document attachment",
	date:        "材料日期 出具日期 日期 evidencedate date",
	author:      "出具单位 出具人 材料出具单位 来源 author issuedby issuer",
}

// byName finds the role of a column; it is made once from columnNames.
var byName = func() map[string]role {
	out := make(map[string]role)
	for as, names := range columnNames {
		for _, name := range strings.Fields(names) {
			out[name] = as
		}
	}
	return out
}()

// endings are names of the column of claims that may stand behind a name: 华新社区完成情况.
var endings = []string{"完成情况", "自评情况", "建设情况", "达标情况", "落实情况", "申报情况", "自查情况", "实施情况", "完成情况说明"}

// plainName is the name of a column as it is compared: without spaces, without what is
// in brackets, half-width, in small letters.
func plainName(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range width.Fold.String(s) {
		switch {
		case r == '(' || r == '[' || r == '【':
			depth++
		case r == ')' || r == ']' || r == '】':
			depth = max(0, depth-1)
		case depth > 0 || unicode.IsSpace(r) || r == '\u200B' || r == '\uFEFF' || r == '_' || r == '-':
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Trim(b.String(), ":*")
}

// roleOf finds what a column of a name holds, and the applicant that the name tells.
func roleOf(name string) (role, string) {
	plain := plainName(name)
	if as, ok := byName[plain]; ok {
		return as, ""
	}
	for _, end := range endings {
		if front, ok := strings.CutSuffix(plain, end); ok && front != "" && len([]rune(front)) <= maxNameRunes {
			return claim, applicantOf(front)
		}
	}
	return none, ""
}

// maxNameRunes bounds the name of an applicant in the name of a column.
const maxNameRunes = 30

// nobody are words in front of 完成情况 that name no applicant.
var nobody = []string{"社区", "入围社区", "申报社区", "试点社区", "创建社区", "各社区", "本社区", "小区", "指标", "工作", "实际", "目前", "目标", "任务", "项目", "自评", "建设", "自查", "申报", "各项", "2024年", "2025年", "年度", "单位", "具体", "整体"}

func applicantOf(front string) string {
	for _, w := range nobody {
		if front == w {
			return ""
		}
	}
	return front
}

func known(name string) bool {
	as, _ := roleOf(name)
	return as != none
}

// layout is which column holds what.
type layout struct {
	roles     []role
	applicant string
}

// layoutOf reads the names of columns. Of two columns with one role the first counts.
func layoutOf(names []string) layout {
	l := layout{roles: make([]role, len(names))}
	seen := make(map[role]bool)
	for i, name := range names {
		as, who := roleOf(name)
		if as == none || seen[as] {
			continue
		}
		seen[as] = true
		l.roles[i] = as
		if who != "" {
			l.applicant = who
		}
	}
	return l
}

func (l *layout) has(as role) bool {
	for _, r := range l.roles {
		if r == as {
			return true
		}
	}
	return false
}

// usable tells whether rows can be told apart and say something.
func (l *layout) usable() bool {
	return (l.has(number) || l.has(title)) && (l.has(claim) || l.has(value) || l.has(numerator))
}
