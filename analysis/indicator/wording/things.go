package wording

import "yiju/geo"

// things words the units in which numerators and denominators are counted, as they
// stand behind a number. Units of measurement are the same in both languages.
var things = map[string]geo.Text{
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
	if t, ok := things[of]; ok {
		return t
	}
	return geo.T(of, of)
}
