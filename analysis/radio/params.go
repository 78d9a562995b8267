package radio

import (
	"math"
	"regexp"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// Bounds of the parameters.
const (
	leastResM, mostResM     = 0.25, 100.0
	leastReachM, mostReachM = 50.0, 10_000.0
	mostPixels              = 400_000_000 // of a grid: 1,600 km² at 2 m
	mostCells               = math.MaxInt16
	mostGroups              = 64 // bits of Tile.Covers
)

var idPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,59}$`)

// normal fills in what may be left out and refuses what makes no sense.
func (p Params) normal() (Params, error) {
	if p.ID == "" {
		p.ID = "radio"
	}
	if p.Title == (geo.Text{}) {
		p.Title = geo.T("5G 覆盖", "5G coverage")
	}
	if !idPattern.MatchString(p.ID) {
		return p, geo.Refuse(
			geo.Tf("覆盖分析的名称 %q 不可用", "%q cannot be the id of a radio run", p.ID),
			geo.T("用字母开头的字母、数字、_ 或 -", "use letters, digits, _ and -, beginning with a letter"))
	}
	p.ResM, p.ReachM, p.ReceiverM = or(p.ResM, defaultResM), or(p.ReachM, defaultReachM), or(p.ReceiverM, defaultReceiverM)
	if p.Blocked == "" {
		p.Blocked = Statistical
	}
	if p.Entry == "" {
		p.Entry = LowLoss
	}
	if p.LoadShare == nil {
		p.LoadShare = number(1)
	}
	if p.NoiseFigureDB == nil {
		p.NoiseFigureDB = number(defaultNFdB)
	}
	return p, p.check()
}

func or(v, other float64) float64 {
	if v == 0 {
		return other
	}
	return v
}

func number(v float64) *float64 { return &v }

func (p *Params) check() error {
	for _, b := range []struct {
		zh, en      string
		v           float64
		least, most float64
		unit        string
	}{
		{"像元边长", "the side of a pixel", p.ResM, leastResM, mostResM, "m"},
		{"计算半径", "the reach of a cell", p.ReachM, leastReachM, mostReachM, "m"},
		{"终端高度", "the height of the phone", p.ReceiverM, link.LowestPhoneM, link.HighestPhoneM, "m"},
		{"负荷", "the load", *p.LoadShare, 0, 1, ""},
		{"噪声系数", "the noise figure", *p.NoiseFigureDB, 0, 30, "dB"},
		{"电平门限", "the threshold of the level", p.Thresholds.RSRPdBm, -200, 50, "dBm"},
		{"信干噪比门限", "the threshold of the ratio", value(p.Thresholds.SINRdB), -50, 100, "dB"},
		{"概率门限", "the threshold of the probability", value(p.Thresholds.Probability), 0, 1, ""},
	} {
		if !(b.v >= b.least && b.v <= b.most) {
			return geo.Refuse(
				geo.Tf("%[1]s %[3]v 不可用", "%[2]s, %[3]v, cannot be used", b.zh, b.en, b.v),
				geo.Tf("给出 %g 到 %g %s", "give %g to %g %s", b.least, b.most, b.unit))
		}
	}
	if p.Blocked != Statistical && p.Blocked != KnifeEdge {
		return unknownChoice(geo.T("遮挡损耗", "loss of blocked paths"), string(p.Blocked), string(Statistical), string(KnifeEdge))
	}
	if p.Entry != LowLoss && p.Entry != HighLoss {
		return unknownChoice(geo.T("墙体类别", "class of walls"), string(p.Entry), string(LowLoss), string(HighLoss))
	}
	return nil
}

func value(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

func unknownChoice(what geo.Text, asked, one, other string) error {
	return geo.Refuse(
		geo.T("没有"+what.ZH+" "+asked, "there is no "+what.EN+" "+asked),
		geo.Tf("可选：%s、%s", "there is %s and %s", one, other))
}
