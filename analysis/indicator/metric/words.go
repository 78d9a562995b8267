package metric

import (
	"strings"

	"yiju/geo"
)

// layerNames are what the input layers are called in Chinese, as their schemas have it:
// who reads only Chinese knows a layer by that name and not by its id.
var layerNames = map[string]string{
	"areas": "用地", "barriers": "障碍", "buildings": "建筑", "cameras": "摄像机", "cells": "5G小区", "communities": "社区", "compounds": "小区",
	"devices": "设备", "entrances": "出入口", "facilities": "设施", "greens": "绿地", "keypoints": "重点部位", "pipes": "管线", "ways": "道路",
}

// LayerName is the Chinese name of an input layer; its id where it has none here.
func LayerName(layer string) string {
	if name, ok := layerNames[layer]; ok {
		return name
	}
	return layer
}

// alternatives are the kinds of an entry of a list, such as a|b.
func alternatives(entry string) []string { return strings.Split(entry, "|") }

// word names a code of an attribute.
func (in *Input) word(layer, attribute, code string) geo.Text {
	if in.Words != nil {
		if t := in.Words(layer, attribute, code); t != (geo.Text{}) {
			return t
		}
	}
	return geo.T(code, code)
}

// wordEntry names an entry of a list, with its alternatives.
func (in *Input) wordEntry(layer, attribute, entry string) geo.Text {
	var zh, en []string
	for _, code := range alternatives(entry) {
		t := in.word(layer, attribute, code)
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return geo.T(strings.Join(zh, "或"), strings.Join(en, " or "))
}

// enumerated puts wordings in a row.
func enumerated(list []geo.Text) (zh, en string) {
	var z, e []string
	for _, t := range list {
		z, e = append(z, t.ZH), append(e, t.EN)
	}
	return strings.Join(z, "、"), strings.Join(e, ", ")
}
