"""Invented names. Every organisation begins with «演示·», every person's name with the same mark."""

from __future__ import annotations

import random

MARK = "演示·"
PLACES = (
    "翠微",
    "秋浦",
    "杏花",
    "清溪",
    "齐山",
    "百牙",
    "玉镜",
    "池口",
    "梅里",
    "桃坞",
    "云林",
    "石门",
    "碧山",
    "白沙",
    "南湖",
    "东流",
    "七里",
    "仙寓",
    "蓬莱",
    "龙泉",
    "金桥",
    "永兴",
    "新河",
    "双溪",
    "凤栖",
    "望江",
    "松涛",
    "荷塘",
    "竹溪",
    "枫林",
    "月亮",
    "九华路",
    "长江路",
    "站前",
    "建设",
    "青山",
    "清风",
    "明珠",
    "滨江",
    "丰收",
)
SUFFIXES = {
    "jewellery": ("金店", "珠宝行", "典当行"),
    "bank": ("储蓄所", "农商行网点", "信用社"),
    "school": ("小学", "中学", "幼儿园"),
    "hospital": ("医院", "康复医院"),
    "entertainment": ("歌舞厅", "影城", "游艺城"),
    "hotel": ("宾馆", "大酒店", "旅馆"),
    "dangerous_store": ("危化品仓库", "民爆器材库"),
    "mall": ("百货", "购物中心", "超市"),
    "estate": ("小区控制室", "花园控制室"),
    "township": ("财政所", "便民服务中心", "粮站"),
    "key_unit": ("水厂", "变电站", "档案馆", "热电厂"),
    "alarm_operator": ("安防", "报警服务", "保安服务"),
    "guard_station": ("保安驻点",),
    "police_station": ("派出所",),
    "fire_station": ("消防救援站",),
    "office": ("办公室",),
}
FAMILY = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
GIVEN = (
    "伟",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "建华",
    "志强",
    "春梅",
)


def organisation(chance: random.Random, kind: str, taken: set[str]) -> str:
    """A name of an invented organisation of `kind` that nobody in `taken` bears; added to `taken`."""
    suffixes = SUFFIXES[kind]
    for attempt in range(10_000):
        place, suffix = chance.choice(PLACES), chance.choice(suffixes)
        name = f"{MARK}{place}{suffix}" if attempt < 20 else f"{MARK}{place}第{attempt}{suffix}"
        if name not in taken:
            taken.add(name)
            return name
    raise RuntimeError(f"no free name for {kind}")


def person(chance: random.Random) -> str:
    """A name of an invented person: `演示·李敏`."""
    return f"{MARK}{chance.choice(FAMILY)}{chance.choice(GIVEN)}"


def phone(chance: random.Random) -> str:
    """A number of the range 169, which is not allotted."""
    return f"169{chance.randrange(10**8):08d}"
