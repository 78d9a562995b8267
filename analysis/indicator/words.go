package indicator

import (
	"math"
	"strconv"
	"strings"

	"yiju/geo"
)

// counted words the units in which numerators and denominators are counted, as they
// stand behind a number. Units of measurement are the same in both languages.
var counted = map[string]geo.Text{
	"households": geo.T("户", "households"), "residents": geo.T("人", "residents"), "buildings": geo.T("栋", "buildings"),
	"cameras": geo.T("台", "cameras"), "key points": geo.T("处", "key points"), "points": geo.T("处", "points"),
	"lamps": geo.T("盏", "lamps"), "compounds": geo.T("个小区", "compounds"), "gates": geo.T("个出入口", "gates"),
	"devices": geo.T("台", "devices"), "facilities": geo.T("处", "facilities"), "meters": geo.T("只表", "meters"),
	"elders": geo.T("人", "elders"), "answers": geo.T("份", "answers"), "kinds": geo.T("种", "kinds"),
	"spaces": geo.T("个车位", "spaces"), "chargers": geo.T("个充电桩", "chargers"), "doors": geo.T("个楼门", "doors"),
	"places": geo.T("个学位", "places"), "beds": geo.T("张床位", "beds"), "records": geo.T("份档案", "records"),
	"cells": geo.T("个格口", "cells"), "features": geo.T("个要素", "features"), "parks": geo.T("处", "parks"),
	"structures": geo.T("处", "structures"), "bins": geo.T("个", "bins"), "lifts": geo.T("部", "lifts"), "categories": geo.T("类", "categories"),
}

// Counted words what is counted; a unit of measurement stays as it is.
func Counted(of string) geo.Text {
	if t, ok := counted[of]; ok {
		return t
	}
	return geo.T(of, of)
}

// measured tells whether a unit is measured and not counted, so that parts of one
// are possible.
func measured(of string) bool {
	switch of {
	case "m", "km", "m²", "km²", "ha", "m³":
		return true
	}
	return false
}

// Plain writes a number with as many decimals as are needed, two at the most.
func Plain(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// PlainBeside writes a number so that it does not look like another one that it is
// not: 79.996 beside 80 is not written 80.
func PlainBeside(v, other float64) string {
	for decimals := 2; decimals <= 9; decimals++ {
		s := strconv.FormatFloat(v, 'f', decimals, 64)
		shown, _ := strconv.ParseFloat(s, 64)
		if (shown < other) == (v < other) && (shown > other) == (v > other) || math.IsNaN(v) {
			if decimals == 2 {
				return Plain(v)
			}
			return s
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// withUnit puts a unit behind a number; a count has none.
func withUnit(number, unit string) string {
	if unit == "" {
		return number
	}
	return number + " " + unit
}

// amount words so much of something, such as 3 盏 and 3 lamps.
func amount(v float64, of string) geo.Text {
	t := Counted(of)
	en := t.EN
	if v == 1 {
		en = singular(en)
	}
	return geo.T(strings.TrimSpace(Plain(v)+" "+t.ZH), strings.TrimSpace(Plain(v)+" "+en))
}

func singular(s string) string {
	switch {
	case s == "facilities":
		return "facility"
	case s == "categories":
		return "category"
	case strings.HasSuffix(s, "s"):
		return strings.TrimSuffix(s, "s")
	}
	return s
}

// fraction words numerator over denominator of a measure; empty where it has none.
func fraction(m *Measure) geo.Text {
	if m.Numerator == nil || m.Denominator == nil {
		return geo.Text{}
	}
	t := Counted(m.Of)
	numbers := Plain(*m.Numerator) + " ÷ " + Plain(*m.Denominator)
	return geo.T(strings.TrimSpace(numbers+" "+t.ZH), strings.TrimSpace(numbers+" "+t.EN))
}
